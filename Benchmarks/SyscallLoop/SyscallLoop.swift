import Glibc

/// Nanoseconds that a system call, or a few of them, take: the median, least and most of many
/// batches' means, one line in a new file.
///
///     SyscallLoop getppid|file|process BATCHES ITERATIONS OUTPUT
///
/// Linked without shared libraries of Swift, so that it runs in any container with a libc.
@main
struct SyscallLoop {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count == 5, let batches = Int(arguments[2]),
            let iterations = Int(arguments[3]), batches > 0, iterations > 0,
            let act = act(arguments[1])
        else { fail("usage: SyscallLoop getppid|file|process BATCHES ITERATIONS OUTPUT") }
        // What only the first time costs is not asked for.
        for _ in 0..<max(1, iterations / 10) { act() }
        var means: [Double] = []
        means.reserveCapacity(batches)
        for _ in 0..<batches {
            let begin = now()
            for _ in 0..<iterations { act() }
            means.append(Double(now() - begin) / Double(iterations))
        }
        means.sort()
        write("\(means[batches / 2]) \(means[0]) \(means[batches - 1])\n", to: arguments[4])
    }

    private static func act(_ name: String) -> (() -> Void)? {
        switch name {
        case "getppid": { _ = getppid() }
        case "file": readFile
        case "process": runProcess
        default: nil
        }
    }

    static let file = "/srv/benchmark/data"
    static let program = "/bin/true"

    /// open + read + close of a small file.
    private static func readFile() {
        let descriptor = unsafe open(file, O_RDONLY)
        guard descriptor >= 0 else { fail("cannot open \(file)") }
        unsafe withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 16) { room in
            if unsafe read(descriptor, room.baseAddress, room.count) < 0 {
                fail("cannot read \(file)")
            }
        }
        close(descriptor)
    }

    /// fork + exec + exit, to the end of the child.
    private static func runProcess() {
        let child = forking()
        if child == 0 {
            unsafe execv(program, argument)
            _exit(127)
        }
        var status: Int32 = 0
        guard child > 0, unsafe waitpid(child, &status, 0) == child, status == 0 else {
            fail("\(program) did not run: status \(status)")
        }
    }

    /// Swift hides fork(2), as threads do not survive it. There are none here.
    private static let forking: @convention(c) () -> Int32 = {
        guard let symbol = unsafe dlsym(nil, "fork") else { fail("libc has no fork") }
        return unsafe unsafeBitCast(symbol, to: (@convention(c) () -> Int32).self)
    }()

    nonisolated(unsafe) private static let argument = {
        let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: 2)
        unsafe list[0] = strdup(program)
        unsafe list[1] = nil
        return unsafe list
    }()

    private static func write(_ line: String, to path: String) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        let bytes = Array(line.utf8)
        guard descriptor >= 0, unsafe Glibc.write(descriptor, bytes, bytes.count) == bytes.count
        else { fail("cannot write \(path)") }
        close(descriptor)
    }

    private static func now() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private static func fail(_ text: String) -> Never {
        let line = Array("SyscallLoop: \(text)\n".utf8)
        _ = unsafe Glibc.write(2, line, line.count)
        exit(1)
    }
}
