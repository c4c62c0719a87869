import ContainerHarness
import Foundation
import Kernel
import Sensor
import Testing

extension AgentSuite {
    fileprivate static var canRefuse: Bool { AttachMode.strongest() != .signal }

    private static func isRefused(_ result: Int32) -> Bool {
        let error = errno
        return result == -1 && error == EPERM
    }

    /// Others than the agent cannot remove its pins, write its maps or detach its links while it
    /// runs; who is in a container cannot afterwards either. The next agent can.
    @Test(.enabled(if: AgentSuite.canRefuse, "mode signal refuses no calls: damage is mended"))
    func pinsAreKeptFromOthers() throws {
        try withHeldPerl { agents, service, container in
            var agent = try agents.startAndWait()
            try agent.waitFor("container \(container.id) (")
            let files = agents.files
            let pin = try agents.path(of: "on_fork")
            let map = try agents.path(of: "container_state")
            let links = (pin as NSString).deletingLastPathComponent

            let isPinKept = Self.isRefused(unsafe unlink(pin))
            #expect(isPinKept)
            let isDirectoryKept = Self.isRefused(unsafe rename(links, links + "-moved"))
            #expect(isDirectoryKept)
            let isMountKept = Self.isRefused(unsafe umount2("/sys/fs/bpf", 2))
            #expect(isMountKept)
            try agent.waitFor(
                "tried to remove one of the agent's pins and was refused", timeout: 60)
            #expect(throws: KernelError.self) { _ = try OwnedMap(at: map) }
            try agent.waitFor("tried to open one of the agent's maps for writing", timeout: 60)
            #expect(throws: Never.self) { _ = try OwnedMap(reading: map) }
            let detach = try Command.run(["bpftool", "link", "detach", "pinned", pin])
            #expect(detach.status != 0 && (detach.stdout + detach.stderr).contains("not permitted"))
            try agent.waitFor("tried to change or detach one of the agent's links", timeout: 60)
            #expect(agents.files == files)
            // What is others' is not ours to keep.
            let other = "/sys/fs/bpf/loadline-test-other-\(getpid())"
            let isFree = unsafe mkdir(other, 0o700) == 0 && rmdir(other) == 0
            #expect(isFree)
            #expect(try !Kind.perl.attack("perl-read-shadow", service, container).happened)

            // The next one is let through, and so is `release`, which ends this test.
            try agent.kill()
            agent = try agents.startAndWait()
            #expect(agents.files == files)
            let isKeptAgain = Self.isRefused(unsafe unlink(pin))
            #expect(isKeptAgain)
            #expect(try agent.stop() == 0)
            // Without an agent the host's own may do what they will, or no other version could come.
            #expect(throws: Never.self) { _ = try OwnedMap(at: map) }
        }
    }
}
