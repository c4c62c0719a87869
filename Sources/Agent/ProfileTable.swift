public import Baseline
internal import Decision
internal import Enforcement
internal import Sensor

extension Node {
    /// Puts a profile into the kernel under a new number, or under the one that it has there from
    /// an agent before this one.
    public func install(_ profile: Profile, mode: Mode) throws -> BoundProfile {
        let program = try PolicyCompiler().compile(profile)
        if let number = try policies.claim(program) {
            return BoundProfile(number: number, profile: profile, mode: mode, program: program)
        }
        guard let number = policies.freeNumber() else {
            throw Refusal(
                description: "cannot install the profile \(profile.name): all numbers are taken; "
                    + "remove profiles that are not used")
        }
        try policies.install(program, as: number)
        return BoundProfile(number: number, profile: profile, mode: mode, program: program)
    }

    /// Swaps the program of an installed profile of the same mode: one write, and every container
    /// bound to it sees the new one at its next decision.
    public func replace(_ bound: BoundProfile, with profile: Profile) throws -> BoundProfile {
        let program = try PolicyCompiler().compile(profile)
        let new = BoundProfile(
            number: bound.number, profile: profile, mode: bound.mode, program: program)
        if !new.isHeldByGates { seeReturns() }
        try policies.install(program, as: bound.number)
        openBreakers.remove(bound.number)
        for container in containers where container.profile?.number == bound.number {
            container.profile = new
            lookAhead(container)
        }
        return new
    }

    /// Takes a profile out; containers bound to it are not judged any more.
    public func remove(_ bound: BoundProfile) throws {
        for container in containers where container.profile?.number == bound.number {
            try bind(container, to: nil)
        }
        try policies.remove(bound.number)
    }

    /// Holds a container to a profile in its mode, or to none: one write.
    public func bind(_ container: WatchedContainer, to bound: BoundProfile?) throws {
        let number = bound?.mode == .learn ? 0 : bound?.number ?? 0
        let enforce = bound?.mode == .enforce
        // From its first decision on somebody is there to look at what is not known.
        beat()
        if let bound, !bound.isHeldByGates { seeReturns() }
        if !isBoundAlready(container, profile: number, enforce: enforce) {
            try sensor.bind(slot: container.slot, profile: number, enforce: enforce)
        }
        container.inherited = nil
        container.profile = bound
        lookAhead(container)
    }
}
