import Baseline

/// Who starts whom, as the profile's exec rules have it. Each program's own are listed once, so
/// that the tree ends where programs start each other.
struct ProcessTree: Sendable {
    struct Entry: Hashable, Sendable {
        var depth: Int
        /// A pattern, readable.
        var name: String
        /// Where it stands in the profile; nil: it has no rules of its own.
        var place: Int?
        /// It and what it starts stand further up.
        var isRepeated = false
        /// Nothing in the profile starts it: it ran already, or is started by another name.
        var isStray = false
    }

    /// Each parent before what it starts.
    private(set) var entries: [Entry] = []

    /// - Parameter executables: sorted, the runtime's own first.
    init(_ executables: [ExecutableRules]) {
        var index = SubjectIndex(executables)
        let starts = executables.map { $0.exec.map { ($0.path, index.places(of: $0.path)) } }
        var listed = Set<Int>()
        func list(from root: Int, isStray: Bool) {
            var open = [
                Entry(
                    depth: 0, name: Self.name(executables[root].executable), place: root,
                    isStray: isStray)
            ]
            while var entry = open.popLast() {
                guard let place = entry.place else {
                    entries.append(entry)
                    continue
                }
                entry.isRepeated = !listed.insert(place).inserted
                entries.append(entry)
                if entry.isRepeated { continue }
                var next: [Entry] = []
                for (path, places) in starts[place] {
                    if places.isEmpty {
                        next.append(Entry(depth: entry.depth + 1, name: Self.name(path)))
                    }
                    next += places.map {
                        Entry(
                            depth: entry.depth + 1, name: Self.name(executables[$0].executable),
                            place: $0)
                    }
                }
                open += next.reversed()
            }
        }
        let started = Set(
            starts.enumerated().flatMap { i, all in
                all.flatMap(\.1).filter { $0 != i }
            })
        for i in executables.indices where !listed.contains(i) {
            let isRuntime = executables[i].executable == ExecutableRules.runtime
            if isRuntime || !started.contains(i) { list(from: i, isStray: !isRuntime) }
        }
        // Programs that start each other in a ring.
        for i in executables.indices where !listed.contains(i) { list(from: i, isStray: true) }
    }

    /// The profile's programs in the order of the tree.
    var places: [Int] { entries.filter { !$0.isRepeated }.compactMap(\.place) }

    static func name(_ executable: String) -> String {
        executable == ExecutableRules.runtime ? "the runtime" : PlainText.visible(executable)
    }
}

/// Which programs a pattern of an exec rule starts.
private struct SubjectIndex {
    private var exact: [PathBytes: Int] = [:]
    /// nil: the runtime, which no exec starts.
    private let matchers: [PatternMatcher?]
    private let wide: [Int]
    /// Patterns asked for before.
    private var known: [String: [Int]] = [:]

    init(_ executables: [ExecutableRules]) {
        matchers = executables.map { rules in
            if rules.executable == ExecutableRules.runtime { return nil }
            return (try? PathPattern(parsing: rules.executable)).map { PatternMatcher($0) }
        }
        wide = executables.indices.filter { i in
            (try? PathPattern(parsing: executables[i].executable))?.elements
                .allSatisfy(\.isByte) == false
        }
        for (i, rules) in executables.enumerated() { exact[PathBytes(rules.executable)] = i }
    }

    mutating func places(of path: String) -> [Int] {
        if let known = known[path] { return known }
        var found = exact[PathBytes(path)].map { [$0] } ?? []
        if found.isEmpty, let pattern = try? PathPattern(parsing: path) {
            let matcher = PatternMatcher(pattern)
            // Literal programs other than this one are not meant by a literal path.
            let near = pattern.elements.allSatisfy(\.isByte) ? wide : Array(matchers.indices)
            found = near.filter { matchers[$0].map(matcher.overlaps) ?? false }
        }
        known[path] = found
        return found
    }
}

extension PathPattern.Element {
    fileprivate var isByte: Bool {
        if case .byte = self { true } else { false }
    }
}
