import SysFlow

/// The objects of `profiles/sensitive.yaml`: what no generalisation may admit, what reviews point
/// at, and what is never learned unless it is asked for.
public struct SensitiveList: Sendable {
    public let objects: [SensitiveObject]
    public let classes: [NeverLearnedClass]

    /// A pattern of the list, ready to be compared.
    struct Matched: Sendable {
        var matcher: PatternMatcher
        var access: FileAccess
        var object: Int
    }

    let paths: [Matched]
    let programs: [Matched]

    public init(objects: [SensitiveObject], classes: [NeverLearnedClass]) {
        self.objects = objects
        self.classes = classes
        var paths: [Matched] = []
        var programs: [Matched] = []
        for (i, object) in objects.enumerated() {
            switch object.target {
            case .path(let pattern, let access):
                paths.append(Matched(matcher: PatternMatcher(pattern), access: access, object: i))
            case .program(let pattern):
                programs.append(Matched(matcher: PatternMatcher(pattern), access: [], object: i))
            case .capability, .act, .destination: break
            }
        }
        self.paths = paths
        self.programs = programs
    }

    /// The list that is part of the program.
    public static let builtin: SensitiveList = {
        do {
            return try SensitiveList(yaml: Array(SensitiveData.text.utf8), file: "sensitive.yaml")
        } catch {
            // The file is compiled in and read by a test: nothing from outside leads here.
            preconditionFailure("\(error)")
        }
    }()

    /// Objects that the pattern admits with some of this access.
    func admitted(by matcher: PatternMatcher, _ access: FileAccess) -> [SensitiveObject] {
        paths.filter { !$0.access.isDisjoint(with: access) && $0.matcher.overlaps(matcher) }
            .map { objects[$0.object] }
    }

    func areAdmitted(by matcher: PatternMatcher, _ access: FileAccess) -> Bool {
        paths.contains { !$0.access.isDisjoint(with: access) && $0.matcher.overlaps(matcher) }
    }

    func programs(startedBy matcher: PatternMatcher) -> [SensitiveObject] {
        programs.filter { $0.matcher.overlaps(matcher) }.map { objects[$0.object] }
    }

    func destinations(
        in prefix: Prefix, _ ports: ClosedRange<UInt16>
    ) -> [SensitiveObject] {
        objects.filter {
            guard case .destination(let place, let its) = $0.target else { return false }
            return place.overlaps(prefix) && its.overlaps(ports)
        }
    }

    func object(_ capability: Capability) -> SensitiveObject? {
        objects.first { $0.target == .capability(capability) }
    }

    func object(_ act: Act) -> SensitiveObject? { objects.first { $0.target == .act(act) } }

    /// The class that keeps a program from being learned.
    func neverLearned(program path: PathBytes) -> String? {
        programs.first {
            objects[$0.object].neverLearned != nil && $0.matcher.matches(path.bytes)
        }.flatMap { objects[$0.object].neverLearned }
    }

    /// The class that keeps some of this access from being learned, and which.
    func neverLearned(path: PathBytes, _ access: FileAccess) -> (name: String, access: FileAccess)?
    {
        for entry in paths {
            guard let name = objects[entry.object].neverLearned,
                !entry.access.isDisjoint(with: access), entry.matcher.matches(path.bytes)
            else { continue }
            return (name, access.intersection(entry.access))
        }
        return nil
    }
}
