public import Baseline
public import Decision
public import Enforcement
public import Kernel

/// The kernel's decision and its maps, without a hook: for asking it.
public struct LoadedObject {
    public let object: BPFObject
    public let table: PolicyTable
    public let decider: KernelDecider

    public init() throws {
        object = try BPFObject(bytes: EmbeddedObjects.sensor, name: "loadline")
        // The hooks' programs take minutes to verify in an emulated kernel.
        for name in object.programNames where name != "decide" {
            try object.setLoaded(name, false)
        }
        try object.load()
        table = try PolicyTable(object)
        decider = try KernelDecider(object)
    }

    /// What the program allows `/bin/a` to do with `/data`.
    public func access(_ profile: UInt32) throws -> UInt32? {
        try decider.decide([Self.question(profile)]).first?.allowed
    }

    public static func question(_ profile: UInt32) -> KernelDecider.Question {
        KernelDecider.Question(
            profile: profile, subject: Array("/bin/a".utf8), dimension: 2,
            object: Array("/data".utf8))
    }

    /// A program that allows `/bin/a` this much of `/data`, and `others` to read what they own.
    public static func program(_ access: FileAccess, others: Int = 0) throws -> PolicyProgram {
        let executables = (0..<others).map { index in
            ExecutableRules(
                executable: "/aa/other-\(index)",
                files: [FileRule(path: "/usr/own-\(index)", access: .read)])
        }
        let rules = ExecutableRules(
            executable: "/bin/a", files: [FileRule(path: "/data", access: access)])
        return try PolicyCompiler().compile(
            Profile(name: "test", executables: executables + [rules]))
    }
}

extension PolicyProgram {
    /// The same automaton in a size class that is at least this one: states are cell indices,
    /// so they stay.
    public func enlarged(toClass sizeClass: Int) throws -> PolicyProgram {
        let count = max(cells.count, Self.sizeClasses[sizeClass])
        var cells = cells
        cells += Array(repeating: 0, count: count - cells.count)
        cells[1] = cells[1] & ~UInt64(UInt32.max) | UInt64(count)
        return try PolicyProgram(validating: cells)
    }
}
