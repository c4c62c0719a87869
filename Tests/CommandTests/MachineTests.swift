import ContainerHarness
import Foundation
import Glibc
import Testing

extension CommandTests {
    /// What the machine or the caller lacks is said by name.
    @Suite(.serialized) struct Machine {
        private static let learn = ["learn", "--container", "none"]

        @Test(arguments: ["bpf", "perfmon", "net_admin", "sys_admin", "sys_ptrace"])
        func aMissingCapabilityIsNamed(_ name: String) throws {
            let program = try [
                "setpriv", "--bounding-set", "-" + name, "--inh-caps", "-" + name,
                LoadlineProgram.path(),
            ]
            let wanted = "missing privileges: CAP_\(name.uppercased());"
            try expectFailure(Self.learn, says: [wanted, "root"], by: program)
        }

        @Test func nobodyLacksThemAll() throws {
            let program = try [
                "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
                LoadlineProgram.path(),
            ]
            try expectFailure(
                Self.learn,
                says: [
                    "CAP_BPF", "CAP_PERFMON", "CAP_NET_ADMIN", "CAP_SYS_ADMIN", "CAP_SYS_PTRACE",
                    "CAP_DAC_READ_SEARCH", "CAP_SYSLOG", "CAP_KILL", "run as root or grant them",
                ], by: program)
            let doctor = try Command.run(program + ["doctor"])
            #expect(doctor.status == 1)
            #expect(doctor.stdout.contains("missing privileges: CAP_BPF"), "\(doctor)")
            #expect(doctor.stdout.contains("attach mode: none"), "\(doctor)")
        }

        /// As on a kernel that was built without it: nothing at its place, for this program alone.
        @Test func aKernelWithoutBTF() throws {
            try CommandTests.withFolder { folder in
                let hide = "mount --bind \(folder) /sys/kernel/btf && exec \"$@\""
                let program = try [
                    "unshare", "--mount", "sh", "-c", hide, "sh", LoadlineProgram.path(),
                ]
                let says = ["no BTF", "/sys/kernel/btf/vmlinux", "CONFIG_DEBUG_INFO_BTF"]
                try expectFailure(Self.learn, says: says, by: program)
                let doctor = try Command.run(program + ["doctor"])
                #expect(doctor.status == 1)
                for part in says { #expect(doctor.stdout.contains(part), "\(doctor)") }
            }
            #expect(FileManager.default.fileExists(atPath: "/sys/kernel/btf/vmlinux"))
        }

        @Test func thisMachineCanEnforce() throws {
            let json = try LoadlineProgram.run(["doctor", "--format", "json"])
            #expect(json.status == 0, "\(json)")
            let object = try JSONSerialization.jsonObject(with: Data(json.stdout.utf8))
            #expect((object as? [String: Any])?["attachMode"] as? String == "signal")
        }

        private struct Report: Decodable {
            struct Guarantee: Decodable {
                var guarantee: String
                var waysAround: [String]
            }
            var attachMode: String
            var guarantees: [Guarantee]
        }

        /// What the table of ways around has measured in this mode, doctor says of their class.
        @Test func doctorSaysWhatCoverageSays() throws {
            let json = try LoadlineProgram.run(["doctor", "--format", "json"])
            let report = try JSONDecoder().decode(Report.self, from: Data(json.stdout.utf8))
            var said: [String: Set<String>] = [:]
            for one in report.guarantees {
                for way in one.waysAround { said[way, default: []].insert(one.guarantee) }
            }
            let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent()
            let table = try String(
                contentsOf: root.appendingPathComponent("docs/coverage.md"), encoding: .utf8
            ).split(separator: "\n").filter { $0.hasPrefix("| ") }.map { line in
                line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            }
            let head = try #require(table.first)
            let column = try #require(
                head.firstIndex { $0.hasSuffix("`\(report.attachMode)`") }, "\(head)")
            var checked = 0
            for row in table.dropFirst() where row.count > column && row[0] != "ordinary" {
                let meant: Set<String>
                switch row[column].prefix(while: { $0 != "(" && $0 != "*" })
                    .trimmingCharacters(in: .whitespaces)
                {
                case "denied", "killed": meant = ["prevented", "killed before effect"]
                case "killed after effect", "flagged": meant = ["seen only"]
                case "open": meant = ["not covered"]
                case "not there": continue
                default: continue
                }
                checked += 1
                #expect(
                    !said[row[0], default: []].isDisjoint(with: meant),
                    "\(row[0]), \(row[1]): \(row[column]); doctor: \(said[row[0], default: []])")
            }
            #expect(checked > 100)
        }
    }
}
