import Baseline
import Decision
import DecisionComparison
import Enforcement
import Foundation
import Kernel
import Testing

/// What a profile costs the kernel: one map each, and no program.
@Suite(.serialized) struct ManyProfilesTests {
    /// Profiles held at once, each of 100 rules, and what one may take.
    private static let count: UInt32 = 1_000
    private static let rules = 100
    private static let bytes = 50_000

    /// As a service's: libraries, its own files, numbers and names that vary, addresses.
    static func profile(_ number: UInt32) throws -> Profile {
        let libraries = try FileManager.default
            .contentsOfDirectory(atPath: "/usr/lib/x86_64-linux-gnu")
            .filter { $0.contains(".so.") }.sorted().prefix(60)
        let own = "/srv/service-\(number)"
        var files = libraries.map {
            FileRule(path: "/usr/lib/x86_64-linux-gnu/\($0)", access: [.read, .map])
        }
        files += (0..<20).map { FileRule(path: "\(own)/pages/section-\($0).html", access: .read) }
        files += [
            FileRule(path: "/proc/<int>/stat", access: .read),
            FileRule(path: "\(own)/cache/<hex>/<hex>.tmp", access: [.read, .write, .create]),
            FileRule(path: "\(own)/uploads/<uuid>/*.bin", access: [.write, .create]),
            FileRule(path: "/var/log/service/*.log", access: .write),
            FileRule(path: "/etc/service/**", access: .read),
        ]
        let egress = (0..<8).map { (index: UInt16) -> EgressRule in
            let prefix = Prefix(
                high: 0, low: 0xffff_0a00_0000 + UInt64(index) * 256, length: 128)
            return EgressRule(proto: .tcp, prefix: prefix, ports: (5_000 + index)...(5_000 + index))
        }
        let exec = ["/usr/bin/service", "/usr/bin/gzip", "/usr/bin/logger"].map {
            ExecRule(path: $0)
        }
        return Profile(
            name: "service-\(number)",
            executables: [
                ExecutableRules(
                    executable: ExecutableRules.runtime, exec: [ExecRule(path: exec[0].path)]),
                ExecutableRules(
                    executable: exec[0].path, exec: exec, files: files, egress: egress,
                    listen: [
                        ListenRule(
                            proto: .tcp, prefix: Prefix(high: 0, low: 0, length: 0),
                            ports: 80...80)
                    ]),
                ExecutableRules(
                    executable: exec[1].path,
                    files: [
                        FileRule(path: "/var/log/service/*.gz", access: [.write, .create]),
                        FileRule(path: "/etc/ld.so.cache", access: .read),
                    ]),
            ])
    }

    @Test func aSmallProfileIsSmall() throws {
        let profile = try Self.profile(1)
        let rules = profile.executables.reduce(0) {
            $0 + $1.exec.count + $1.files.count + $1.egress.count + $1.listen.count
        }
        #expect(rules == Self.rules)
        let program = try PolicyCompiler().compile(profile)
        #expect(program.cells.count * 8 <= Self.bytes, "\(program.cells.count * 8) bytes")
        let map = try OwnedMap(name: "loadline_policy", valueSize: program.cells.count * 8)
        let taken = try map.map.kernelMemory()
        #expect(taken >= program.cells.count * 8 && taken <= Self.bytes, "\(taken) bytes")
        print("a profile of \(rules) rules: \(taken) bytes of kernel memory")
    }

    /// BPF programs that this process holds, by their descriptors.
    private static func programsHeld() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fdinfo")
            .count { name in
                // The descriptor of the directory itself has gone by now.
                let text = try? String(contentsOfFile: "/proc/self/fdinfo/" + name, encoding: .utf8)
                return text?.contains("prog_id:") ?? false
            }
    }

    /// As many as a large node has, and each decides for itself.
    @Test func aThousandAreHeldAtOnce() throws {
        let loaded = try LoadedObject()
        let programs = try Self.programsHeld()
        #expect(programs > 0)
        let asked: [UInt32] = [1, 2, 500, Self.count]
        // Compiling a thousand takes minutes in a debug build: the others are all alike.
        let other = try PolicyCompiler().compile(Self.profile(0))
        for number in 1...Self.count {
            let program =
                asked.contains(number)
                ? try PolicyCompiler().compile(Self.profile(number)) : other
            try loaded.table.install(program, as: number)
        }
        #expect(loaded.table.freeNumber() == Self.count + 1)
        for number in asked {
            for asked in asked {
                let question = KernelDecider.Question(
                    profile: number, subject: Array("/usr/bin/service".utf8), dimension: 2,
                    object: Array("/srv/service-\(asked)/pages/section-7.html".utf8))
                let allowed = try loaded.decider.decide([question]).first?.allowed
                #expect(allowed == (number == asked ? 1 : 0), "\(number) asked for \(asked)'s")
            }
        }
        #expect(try Self.programsHeld() == programs)
        for number in 1...Self.count { try loaded.table.remove(number) }
        #expect(loaded.table.freeNumber() == 1)
    }
}
