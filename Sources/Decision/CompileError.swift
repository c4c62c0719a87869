/// Why a profile does not compile: which rule, what is wrong with it, what to do.
public struct CompileError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Reason: Hashable, Sendable {
        /// A pattern that cannot be read; bytes into its text.
        case syntax(offset: Int, problem: String)
        /// A pattern that no path can be long enough for.
        case patternTooLong(limit: Int)
        /// An address prefix of an impossible length.
        case prefixLength(Int)
        /// The rules together cost too much.
        case limit(CompileLimits.Name, limit: Int)
    }

    public var profile: String
    public var reason: Reason
    /// The rules meant, the costliest first.
    public var rules: [RuleName]

    public var description: String {
        let names = rules.map(\.description).joined(separator: "; ")
        switch reason {
        case .syntax(let offset, let problem):
            return "profile \(profile): \(names), byte \(offset): \(problem)"
        case .patternTooLong(let limit):
            return "profile \(profile): \(names): no path is as long as this pattern needs "
                + "(\(limit) bytes at most); shorten or remove it"
        case .prefixLength(let length):
            return "profile \(profile): \(names): prefix length \(length) is not within 0 to 128; "
                + "correct it"
        case .limit(let name, let limit):
            return "profile \(profile): its rules need more than \(limit) \(name.meaning); "
                + "most are due to: \(names); \(name.remedy)"
        }
    }
}

/// Where a rule stands in a profile.
public struct RuleName: Hashable, Sendable, CustomStringConvertible {
    public enum List: String, Hashable, Sendable {
        case executable, exec, files, egress, listen, capabilities, acts
    }
    /// The executable's pattern, as the profile has it.
    public var executable: String
    public var list: List
    /// Position in the list, from 0.
    public var index: Int
    /// The rule's pattern as the profile has it; empty for addresses.
    public var pattern: String

    public var description: String {
        switch list {
        case .executable: "executable \(executable)"
        case .exec, .files, .capabilities, .acts:
            "executable \(executable), \(list.rawValue)[\(index)] \(pattern)"
        case .egress, .listen: "executable \(executable), \(list.rawValue)[\(index)]"
        }
    }
}

extension CompileLimits.Name {
    fileprivate var meaning: String {
        switch self {
        case .patternBytes: "bytes in a pattern"
        case .ruleLabels: "bytes and wildcards in patterns"
        case .states: "states"
        case .setNodes: "combinations of positions in rules"
        case .steps: "steps between states"
        case .work: "comparisons to compile"
        case .cells: "cells"
        }
    }

    fileprivate var remedy: String {
        switch self {
        case .patternBytes, .ruleLabels:
            "shorten them or name directories instead of files"
        case .states, .setNodes, .steps, .work, .cells:
            "use fewer ** and * in one pattern, or one wildcard in place of many literal rules"
        }
    }
}
