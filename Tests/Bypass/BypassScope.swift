import ContainerHarness

/// Which ways around are tried, and how thoroughly.
struct BypassScope {
    /// Only those with one of these words, between which are commas, in their name.
    private(set) var filter: String?
    /// Only the first of each class, such as F1.
    private(set) var isOneOfEach = false
    /// Whether each is tried under a profile that has it, too. That takes three times as long.
    private(set) var hasTwins = true
    /// Whether each has a profile of its own that was learned with it and no other: what one teaches
    /// hides nothing that another should have. That takes some 10 seconds for each.
    private(set) var isAlone = false
    /// How this kernel is known to enforce; nil: `loadline doctor` is asked, and what the verifier
    /// went through is compared with what was recorded.
    private(set) var mode: AttachMode?

    /// - Returns: nil where the arguments are none of these.
    init?(_ arguments: [String]) {
        for argument in arguments {
            switch argument {
            case _ where argument.hasPrefix("--mode="):
                guard let mode = AttachMode(rawValue: String(argument.dropFirst(7))) else {
                    return nil
                }
                self.mode = mode
            case "--one-of-each": isOneOfEach = true
            case "--no-twins": hasTwins = false
            case "--alone": isAlone = true
            case _ where filter == nil && !argument.hasPrefix("-"): filter = argument
            default: return nil
            }
        }
    }

    func select(_ all: [Bypass]) throws -> [Bypass] {
        var groups = Set<String>()
        let selected = all.filter { bypass in
            let words = filter?.split(separator: ",") ?? [""]
            guard words.contains(where: bypass.name.contains) else { return false }
            return !isOneOfEach || groups.insert(bypass.group).inserted
        }
        guard !selected.isEmpty else {
            throw HarnessError("no way around has \(filter ?? "") in its name")
        }
        return selected
    }
}
