internal import Baseline
internal import Enforcement
internal import Events
internal import Foundation
internal import Kernel
internal import Sensor
internal import SensorABI
internal import Workloads

/// A node whose sensor was pinned by an agent before this one.
extension Node {
    /// What the kernel holds of an agent before this one.
    var isTakenOver: Bool { sensor.isTakenOver }

    /// The containers that are held since before, by slot.
    func heldContainers() throws(KernelError) -> [HeldContainer] {
        let held = try sensor.heldContainers()
        try sensor.finishSeeding()
        return held
    }

    /// Goes on with a container that is held since before. Nothing changes in the kernel.
    /// - Throws: where this program may not watch the cgroup.
    func adopt(
        _ held: HeldContainer, _ info: ContainerInfo, cgroupPath: String?
    ) throws -> WatchedContainer {
        if let cgroupPath { _ = try cgroupGuard.check(cgroupPath) }
        let container = WatchedContainer(
            slot: held.slot, cgroupID: held.cgroupID, cgroupPath: cgroupPath ?? "/(gone)",
            info: info, since: Clock.boottime)
        container.inherited = held
        enter(container)
        return container
    }

    /// Frees a container that this program may not watch.
    func refuse(_ held: HeldContainer) throws(KernelError) {
        try sensor.unwatch(cgroupID: held.cgroupID, slot: held.slot)
    }

    /// Which records waited, and which flows the kernel counted, when this agent began.
    struct Resumption {
        /// The kernel was asked for the processes that it holds: its answer waits now.
        var hasAsked = false
        var end: UInt64
        var flows: (files: [ll_file_flow_key], sockets: [ll_socket_flow_key])
    }

    /// The processes of containers are not all known yet.
    var isResuming: Bool { resumption != nil }

    /// From now on records are taken, those of the time without an agent first.
    func resume() throws(KernelError) {
        guard let ring else { return }
        let flows = try sensor.flowKeys()
        resumption = Resumption(end: ring.written, flows: flows)
    }

    /// Once those are taken: asks the kernel for the processes that it holds, and drops the flows
    /// that were announced to the agent before. They begin anew.
    func resumeIfDue() throws(KernelError) {
        guard let resumption, let ring, ring.taken >= resumption.end else { return }
        guard resumption.hasAsked else {
            try sensor.reportHeld()
            self.resumption?.hasAsked = true
            self.resumption?.end = ring.written
            return
        }
        self.resumption = nil
        flowsForgotten = try forgetFlows(from: resumption.flows)
    }

    /// Programs that were inherited and that no container needs any more leave the kernel.
    func removeInherited() throws(KernelError) {
        let needed = Set(
            containers.compactMap { $0.profile == nil ? $0.inherited?.profile : nil })
        _ = try policies.removeInherited(except: needed)
    }

    /// Whether binding a container to a profile would change nothing: it is so since before.
    func isBoundAlready(_ container: WatchedContainer, profile: UInt32, enforce: Bool) -> Bool {
        guard let inherited = container.inherited else { return false }
        return inherited.profile == profile && inherited.isEnforced == enforce
    }

    /// Keeps what is pinned from other processes. Returns why it is not, where it could be.
    func keepOwn() throws(KernelError) -> String? {
        let process = UInt32(ProcessInfo.processInfo.processIdentifier)
        return try sensor.keepOwn(agent: process)
    }

    /// Finds what others did to pins, links and the maps' words, and mends it; a line for each.
    func lookAfter() throws(KernelError) -> [String] {
        var notes = sensor.mend()
        if !notes.isEmpty, let why = try keepOwn() { notes.append(why) }
        if let attempts = try sensor.refusedAttempts(), attempts.count > refusedAttempts {
            notes.append(
                "\(attempts.last) and was refused; refused attempts so far: \(attempts.count)")
            refusedAttempts = attempts.count
        }
        let changed = try policies.mend()
        if changed > 0 { notes.append("somebody changed \(changed) profiles: written again") }
        for container in containers where !(try isHeld(container)) {
            let bound = container.profile
            try sensor.hold(
                cgroupID: container.cgroupID, slot: container.slot, profile: number(of: container),
                enforce: bound?.mode == .enforce)
            notes.append(
                "somebody changed what the kernel holds \(container.info.name) to: written again")
        }
        return notes
    }

    private func number(of container: WatchedContainer) -> UInt32 {
        container.profile.map { $0.mode == .learn ? 0 : $0.number } ?? 0
    }

    private func isHeld(_ container: WatchedContainer) throws(KernelError) -> Bool {
        // What was inherited and not matched yet stays as it is.
        if container.profile == nil, container.inherited != nil { return true }
        return try sensor.isHeld(
            cgroupID: container.cgroupID, slot: container.slot, profile: number(of: container),
            enforce: container.profile?.mode == .enforce)
    }
}
