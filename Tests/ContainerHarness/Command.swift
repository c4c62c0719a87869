import Foundation
import Glibc
import Synchronization

/// A program that runs with its own process group and its output in files, so that nothing it
/// leaves behind can block the reader.
public final class Command: Sendable {
    public static let outputLimit = 8 << 20

    /// The process id, which is also its process group's.
    public let pid: Int32
    private static let counter = Atomic<Int>(0)
    /// Named as a container's is, so that the sweep finds it.
    private let directory: String
    private let ended = Mutex<Int32?>(nil)

    /// - Parameters:
    ///   - arguments: the program, searched in PATH, then its arguments; no shell.
    ///   - outputFile: gets output and errors, instead of files that last as long as this.
    public init(_ arguments: [String], input: [UInt8] = [], outputFile: String? = nil) throws {
        guard let program = arguments.first else { throw HarnessError("no program given") }
        let number = Self.counter.add(1, ordering: .relaxed).newValue
        let owner = ProcessInfo.processInfo.processIdentifier
        directory = "/tmp/loadline-test-io-\(owner)-\(number)"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        try Data(input).write(to: URL(fileURLWithPath: directory + "/stdin"))
        do {
            let outputs = (outputFile ?? directory + "/stdout", outputFile ?? directory + "/stderr")
            pid = try Self.spawn(program, arguments, directory, outputs)
        } catch {
            try? FileManager.default.removeItem(atPath: directory)
            throw error
        }
    }

    deinit { stop() }

    public static func run(
        _ arguments: [String], input: [UInt8] = [], timeout: Double = 20
    ) throws -> CommandResult {
        let command = try Command(arguments, input: input)
        return command.wait(timeout: timeout)
    }

    /// Waits for the end, kills the process group when `timeout` seconds are over.
    public func wait(timeout: Double) -> CommandResult {
        let deadline = Patience.deadline(timeout)
        var pause: UInt32 = 500
        while poll() == nil, Date() < deadline {
            usleep(pause)
            pause = min(pause * 2, 10_000)
        }
        let timedOut = poll() == nil
        if timedOut { killGroup(SIGKILL) }
        let result = CommandResult(
            status: poll() ?? 128, timedOut: timedOut, stdout: output, stderr: read("stderr"))
        try? FileManager.default.removeItem(atPath: directory)
        return result
    }

    /// What it wrote to its standard output so far.
    public var output: String { read("stdout") }

    public var isRunning: Bool { poll() == nil }

    /// Ends the process group and removes the output files. Safe to call again.
    public func stop() {
        if poll() == nil {
            kill(-pid, SIGTERM)
            for _ in 0..<100 where poll() == nil { usleep(2_000) }
            if poll() == nil { killGroup(SIGKILL) }
        }
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Sends a signal to the program alone.
    public func signal(_ signal: Int32) {
        if poll() == nil { kill(pid, signal) }
    }

    private func killGroup(_ signal: Int32) {
        kill(-pid, signal)
        for _ in 0..<1_000 where poll() == nil { usleep(1_000) }
    }

    /// The status once it ended; the process is reaped exactly once.
    private func poll() -> Int32? {
        ended.withLock { known in
            if let known { return known }
            var status: Int32 = 0
            guard unsafe waitpid(pid, &status, WNOHANG) == pid else { return nil }
            let signal = status & 0x7f
            known = signal == 0 ? (status >> 8) & 0xff : 128 + signal
            return known
        }
    }

    private func read(_ name: String) -> String {
        guard let handle = FileHandle(forReadingAtPath: directory + "/" + name) else { return "" }
        defer { try? handle.close() }
        let data = try? handle.read(upToCount: Self.outputLimit)
        return String(decoding: data ?? Data(), as: UTF8.self)
    }

    private static func spawn(
        _ program: String, _ arguments: [String], _ directory: String, _ outputs: (String, String)
    ) throws -> Int32 {
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, directory + "/stdin", O_RDONLY, 0)
        for (descriptor, file) in [(Int32(1), outputs.0), (2, outputs.1)] {
            unsafe posix_spawn_file_actions_addopen(
                &actions, descriptor, file, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        }
        var none = sigset_t()
        var all = sigset_t()
        unsafe sigemptyset(&none)
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var argv: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) }
        unsafe argv.append(nil)
        defer { for index in unsafe argv.indices { unsafe free(argv[index]) } }
        var pid: Int32 = 0
        let failure = unsafe posix_spawnp(&pid, program, &actions, &attributes, argv, environ)
        if failure != 0 {
            let reason = unsafe String(cString: strerror(failure))
            throw HarnessError("\(program) cannot be started: \(reason); is its package installed?")
        }
        return pid
    }
}
