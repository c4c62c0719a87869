/// Whole executables of a few system calls, made byte by byte. They need no library and no other
/// file, so what they do is the first thing that a new image does, and nothing but the exec itself
/// or that one act can be stopped.
public enum TinyProgram {
    /// Writes a token and exits.
    /// - Throws: on a processor whose instructions are not known here, as all of these.
    /// - Parameter segments: more of them than it needs, up to 1,000, each with a page that the
    ///   kernel has to clear in part: executing it takes milliseconds then, nearly all of them after
    ///   the old image is gone.
    public static func elf(printing token: String, segments: Int = 0) throws -> [UInt8] {
        try elf(data: Array(token.utf8), segments: segments) { data in
            call(1, [.number(1), .number(data), .number(UInt32(token.utf8.count))]) + exit
        }
    }

    /// Reads the beginning of a file and writes it out.
    public static func elf(reading path: String) throws -> [UInt8] {
        try elf(data: Array(path.utf8) + [0]) { data in
            call(2, [.number(data), .number(0), .number(0)]) + savedResult
                + [0x48, 0x81, 0xec, 0, 1, 0, 0]  // sub rsp, 256
                + call(0, [.result, .stack, .number(64)])
                + [0x48, 0x89, 0xc2]  // mov rdx, rax: as many bytes as were read
                + call(1, [.number(1), .stack]) + exit
        }
    }

    /// Connects by TCP to a port of the loopback address.
    public static func elf(connectingTo port: UInt16) throws -> [UInt8] {
        let address = [2, 0, UInt8(port >> 8), UInt8(truncatingIfNeeded: port), 127, 0, 0, 1]
        return try elf(data: address + Array(repeating: 0, count: 8)) { data in
            call(41, [.number(2), .number(1), .number(0)]) + savedResult
                + call(42, [.result, .number(data), .number(16)]) + exit
        }
    }

    /// Becomes another program.
    public static func elf(executing path: String) throws -> [UInt8] {
        try elf(data: Array(path.utf8) + [0]) { data in
            call(59, [.number(data), .number(0), .number(0)]) + exit
        }
    }

    /// Has one child after the other, each of which ends at once, up to some number.
    public static func elf(forking count: UInt32) throws -> [UInt8] {
        try elf(data: []) { _ in
            let body: [UInt8] =
                [0xb8, 58, 0, 0, 0, 0x0f, 0x05]  // vfork
                + [0x85, 0xc0, 0x75, UInt8(exit.count)] + exit  // test eax, eax; jnz over it
                + [0x48, 0xc7, 0xc7, 0xff, 0xff, 0xff, 0xff]  // mov rdi, -1: any child
                + [0x31, 0xf6, 0x31, 0xd2, 0x4d, 0x31, 0xd2]  // no status, options, usage
                + [0xb8, 61, 0, 0, 0, 0x0f, 0x05]  // wait4
                + [0xff, 0xcb]  // dec ebx
            return [0xbb] + little(count) + body  // mov ebx, count
                + [0x75, UInt8(bitPattern: Int8(-body.count - 2))] + exit  // jnz to vfork
        }
    }

    /// A command that becomes a program which was never a file, as a runtime's sealed copy of
    /// itself is, in a cgroup.
    /// - Parameter cgroup: its directory.
    public static func commandFromMemory(_ elf: [UInt8], in cgroup: String) -> [String] {
        let script = """
            open(my $procs, '>', "$ARGV[1]/cgroup.procs") or die "$ARGV[1]: $!";
            syswrite($procs, $$) or die "$ARGV[1]: $!"; close($procs);
            die run_memfd($ARGV[0]);
            """
        return ["/usr/bin/perl", "-e", PerlScripts.memfd + script, hex(elf), cgroup]
    }

    /// A command that has processes which become such a program, one after the other, each of which
    /// it has moved into the cgroup before, as a runtime does that executes something in a
    /// container.
    public static func commandMoving(
        _ elf: [UInt8], into cgroup: String, count: Int
    ) -> [String] {
        let script = """
            my ($hex, $cgroup, $count) = @ARGV;
            for (1..$count) {
                pipe(my $in, my $out);
                my $child = fork(); die "fork: $!" unless defined $child;
                if (!$child) { close($out); sysread($in, my $byte, 1); die run_memfd($hex); }
                open(my $procs, '>', "$cgroup/cgroup.procs") or die "$cgroup: $!";
                syswrite($procs, $child) or die "$cgroup: $!"; close($procs);
                close($in); close($out); waitpid($child, 0);
            }
            """
        return ["/usr/bin/perl", "-e", PerlScripts.memfd + script, hex(elf), cgroup, "\(count)"]
    }

    private enum Argument {
        case number(UInt32)
        /// What `savedResult` kept.
        case result
        case stack
    }

    private static let exit: [UInt8] = [0xb8, 60, 0, 0, 0, 0x31, 0xff, 0x0f, 0x05, 0x0f, 0x0b]
    /// mov r15, rax
    private static let savedResult: [UInt8] = [0x49, 0x89, 0xc7]

    private static func call(_ number: UInt32, _ arguments: [Argument]) -> [UInt8] {
        // mov edi, esi, edx with a number; mov rdi, rsi, rdx from r15 or rsp.
        let numbers: [UInt8] = [0xbf, 0xbe, 0xba]
        let results: [[UInt8]] = [[0x4c, 0x89, 0xff], [0x4c, 0x89, 0xfe], [0x4c, 0x89, 0xfa]]
        let stacks: [[UInt8]] = [[0x48, 0x89, 0xe7], [0x48, 0x89, 0xe6], [0x48, 0x89, 0xe2]]
        var code: [UInt8] = []
        for (index, argument) in arguments.enumerated() {
            switch argument {
            case .number(let value): code += [numbers[index]] + little(value)
            case .result: code += results[index]
            case .stack: code += stacks[index]
            }
        }
        return code + [0xb8] + little(number) + [0x0f, 0x05]  // mov eax, number; syscall
    }

    /// - Parameter code: for the address at which the data stands.
    private static func elf(
        data: [UInt8], segments: Int = 0, code: (UInt32) -> [UInt8]
    ) throws -> [UInt8] {
        #if arch(x86_64)
            let base: UInt64 = 0x400000
            let headers = 64 + 56 * (1 + segments)
            let code = code(UInt32(base) + UInt32(headers + code(0).count))
            let size = UInt64(headers + code.count + data.count)

            var elf: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1] + Array(repeating: 0, count: 9)
            elf += little(UInt16(2)) + little(UInt16(62)) + little(UInt32(1))
            elf += little(base + UInt64(headers)) + little(UInt64(64)) + little(UInt64(0))
            elf += little(UInt32(0)) + little(UInt16(64)) + little(UInt16(56))
            elf += little(UInt16(1 + segments))
            elf += little(UInt16(64)) + little(UInt16(0)) + little(UInt16(0))
            // One segment, readable and executable.
            elf += little(UInt32(1)) + little(UInt32(5)) + little(UInt64(0))
            elf += little(base) + little(base) + little(size) + little(size) + little(UInt64(4096))
            for number in 0..<UInt64(segments) {
                // Readable and writable: 16 bytes of the file, 8 KiB in memory.
                let address = base + 0x10_0000 + number * 0x4000
                elf += little(UInt32(1)) + little(UInt32(6)) + little(UInt64(0))
                elf += little(address) + little(address)
                elf += little(UInt64(16)) + little(UInt64(8192)) + little(UInt64(4096))
            }
            return elf + code + data
        #else
            throw HarnessError("the tiny test programs are written for x86-64 only")
        #endif
    }

    public static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func little<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
        (0..<Word.bitWidth / 8).map { UInt8(truncatingIfNeeded: word >> Word($0 * 8)) }
    }
}
