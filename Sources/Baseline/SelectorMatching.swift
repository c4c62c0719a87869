extension Selector {
    /// Whether the profile is for this container. An empty selector is for none.
    ///
    /// - Parameter image: the reference as the runtime has it, nil where it is not known; a field
    ///   that is asked for and not known does not match.
    public func matches(image: String?, containerName: String?, labels: [String: String]) -> Bool {
        if self == Selector() { return false }
        if let pattern = self.image {
            guard let image, Wildcard.matches(pattern, image) else { return false }
        }
        if let pattern = self.containerName {
            guard let containerName, Wildcard.matches(pattern, containerName) else { return false }
        }
        return self.labels.allSatisfy { labels[$0.key] == $0.value }
    }

    /// Which of two matching selectors is meant: the greater. More fields count first, then more
    /// characters that are not `*`. Profiles that are equal in this are told apart by name.
    public var specificity: Specificity {
        let patterns = [image, containerName].compactMap { $0 }.filter { $0 != "*" }
        let characters = patterns.reduce(0) { $0 + $1.utf8.count { $0 != UInt8(ascii: "*") } }
        return Specificity(fields: patterns.count + labels.count, characters: characters)
    }

    public struct Specificity: Hashable, Sendable, Comparable {
        public var fields: Int
        public var characters: Int
        public static func < (a: Specificity, b: Specificity) -> Bool {
            (a.fields, a.characters) < (b.fields, b.characters)
        }
    }
}

extension Profile {
    /// The profile among several that is meant for a container, nil if none is: the most specific,
    /// and of equals the first by name.
    public static func choose(
        from profiles: some Sequence<Profile>, image: String?, containerName: String?,
        labels: [String: String]
    ) -> Profile? {
        profiles.filter {
            $0.selector.matches(image: image, containerName: containerName, labels: labels)
        }
        .max {
            let (a, b) = ($0.selector.specificity, $1.selector.specificity)
            return a == b ? bytesPrecede($1.name, $0.name) : a < b
        }
    }
}

/// `*` in selectors: any run of bytes, the empty one too.
enum Wildcard {
    static func matches(_ pattern: String, _ text: String) -> Bool {
        let (pattern, text) = (Array(pattern.utf8), Array(text.utf8))
        let star = UInt8(ascii: "*")
        var (i, j) = (0, 0)
        // The last star and where the text went on after it: the only place to go back to.
        var retry: (pattern: Int, text: Int)?
        while j < text.count {
            if i < pattern.count, pattern[i] == star {
                retry = (i, j)
                i += 1
            } else if i < pattern.count, pattern[i] == text[j] {
                i += 1
                j += 1
            } else if let last = retry {
                retry = (last.pattern, last.text + 1)
                i = last.pattern + 1
                j = last.text + 1
            } else {
                return false
            }
        }
        return pattern[i...].allSatisfy { $0 == star }
    }
}
