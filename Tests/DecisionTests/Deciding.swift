import Baseline
import Decision
import SysFlow

/// Short forms for asking a profile.
struct Deciding {
    let program: PolicyProgram
    let walker: PolicyWalker

    init(_ executables: [ExecutableRules], actions: Actions = Actions()) throws {
        program = try PolicyCompiler().compile(
            Profile(name: "test", actions: actions, executables: executables))
        walker = PolicyWalker(program)
    }

    func file(_ executable: String, _ path: String) -> UInt32 {
        allowed(walker.subject(executable: executable.utf8.span), 2, Array(path.utf8))
    }

    func exec(_ executable: String, _ path: String) -> UInt32 {
        allowed(walker.subject(executable: executable.utf8.span), 1, Array(path.utf8))
    }

    func allowed(_ subject: UInt32, _ dimension: UInt8, _ object: [UInt8]) -> UInt32 {
        walker.allowed(subject: subject, dimension: dimension, object: object.span)
    }
}

func file(_ path: String, _ access: FileAccess) -> FileRule { FileRule(path: path, access: access) }
