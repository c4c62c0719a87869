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
    }
}
