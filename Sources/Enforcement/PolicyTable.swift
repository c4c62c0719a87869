public import Decision
public import Kernel
internal import SensorABI
internal import SystemPackage

/// The PolicyPrograms in the kernel. A profile has a number for as long as it is
/// used; installing a program under it is one write that every container bound to
/// the profile sees at its next decision.
public final class PolicyTable {
    /// How many programs a size class has room for: as the BPF maps have, less the place of
    /// `blank`.
    public static let capacities = [4095, 1024, 64, 4]

    private let object: BPFObject
    private var ownBudget: BPFObject?
    let profiles: BPFMap
    private let breakers: BPFMap
    let classes: [BPFMap]
    /// No profile's: writing it is how the table waits.
    private let blank: OwnedMap
    private var used: [Set<UInt32>] = Array(repeating: [], count: 4)
    private var places: [UInt32: Place] = [:]
    private var generation: UInt32 = 0
    /// Profiles of an agent before this one that are in no use here yet: the numbers by what a
    /// program looks like.
    var inherited: [Int: [UInt32]] = [:]

    struct Place {
        var sizeClass: Int
        var index: UInt32
        var generation: UInt32
        var hasPhases = false

        /// What stands in the map `profiles` for it.
        var word: UInt64 {
            UInt64(generation) << 32 | UInt64(sizeClass) << 24 | UInt64(index)
                | (hasPhases ? UInt64(LL_PROFILE_HAS_PHASES) : 0)
        }
    }

    public init(_ object: BPFObject) throws(KernelError) {
        self.object = object
        profiles = try object.map("profiles")
        breakers = try object.map("breakers")
        var classes: [BPFMap] = []
        for sizeClass in 0..<4 { classes.append(try object.map("policies_\(sizeClass)")) }
        self.classes = classes
        blank = try OwnedMap(
            name: "loadline_policy", valueSize: PolicyProgram.sizeClasses[0] * 8)
        let left = try remaining()
        generation = left.generation
        places = left.places
        for (number, place) in left.places {
            used[place.sizeClass].insert(place.index)
            inherited[try hash(at: place), default: []].append(number)
        }
        for place in left.leaked { try release(place) }
    }

    /// A number that no profile has; nil: all `LL_PROFILES` are taken.
    public func freeNumber() -> UInt32? {
        (1..<UInt32(LL_PROFILES)).first { places[$0] == nil }
    }

    /// Puts a program under a profile's number, in place of the one that was there.
    public func install(_ program: PolicyProgram, as profile: UInt32) throws(KernelError) {
        let sizeClass = program.sizeClass
        guard
            let index = (0..<UInt32(Self.capacities[sizeClass])).first(where: {
                !used[sizeClass].contains($0)
            })
        else {
            throw KernelError(
                "install a profile: all \(Self.capacities[sizeClass]) places for programs of "
                    + "\(program.cells.count * 8) bytes are taken",
                errno: .noSpace, remedy: "remove profiles that are not used, or make them smaller")
        }
        let inner = try OwnedMap(name: "loadline_policy", valueSize: program.cells.count * 8)
        try inner.map.setFirst(to: program.cells)
        try inner.freeze()
        try classes[sizeClass].set(index, to: inner)
        used[sizeClass].insert(index)
        // What was refused and killed under the one before is not held against this one.
        try breakers.set(profile, to: UInt64(0))
        // 0 says "not resolved" in the kernel, so the generation steps over it.
        generation = generation == .max ? 1 : generation + 1
        // Noted before it is used: whoever comes after must never give it again.
        try profiles.set(UInt32(0), to: UInt64(generation) << 32)
        let place = Place(
            sizeClass: sizeClass, index: index, generation: generation,
            hasPhases: program.hasPhases)
        try profiles.set(profile, to: place.word)
        let previous = places.updateValue(place, forKey: profile)
        if let previous { try release(previous) }
    }

    /// The generation of the program that a profile has now; nil: it has none.
    public func generation(of profile: UInt32) -> UInt32? { places[profile]?.generation }

    /// Whether the profile's breaker has opened since its program was installed.
    public func isTripped(_ profile: UInt32) throws(KernelError) -> Bool {
        let word = try profiles.value(at: profile, as: UInt64.self) ?? 0
        return word & UInt64(LL_PROFILE_TRIPPED) != 0
    }

    public enum Kill: Int32, Sendable {
        case monitored, granted, overBudget
    }

    /// Takes one kill from the budget of a profile's breaker, for what is judged in user space.
    /// Where the kernel cannot be asked, nobody is killed.
    public func takeKill(from profile: UInt32) -> Kill {
        var number = profile
        guard let answer = try? budget().run(Self.budgetProgram, context: &number) else {
            return .monitored
        }
        return Kill(rawValue: answer) ?? .monitored
    }

    private static let budgetProgram = "take_kill"

    /// Where the programs are those of an agent before this one, this one has loaded none of its
    /// own: then the one that counts is loaded by itself, on the same maps.
    private func budget() throws(KernelError) -> BPFObject {
        if try object.fileDescriptor(ofProgram: Self.budgetProgram) >= 0 { return object }
        if let ownBudget { return ownBudget }
        let made = try BPFObject(
            bytes: EmbeddedObjects.sensor, only: Self.budgetProgram, onMapsOf: object)
        ownBudget = made
        return made
    }

    /// Takes a profile's program out. Containers still bound to it are not judged any more.
    public func remove(_ profile: UInt32) throws(KernelError) {
        guard let place = places.removeValue(forKey: profile) else { return }
        try profiles.set(profile, to: UInt64(0))
        try release(place)
    }

    /// Writes the words of profiles again that somebody else changed. Returns how many.
    public func mend() throws(KernelError) -> Int {
        var count = 0
        for (profile, place) in places {
            let word = try profiles.value(at: profile, as: UInt64.self) ?? 0
            guard word & ~UInt64(LL_PROFILE_TRIPPED) != place.word else { continue }
            try profiles.set(profile, to: place.word)
            count += 1
        }
        return count
    }

    /// Gives a place free once no decision that began before walks what is in it: such a
    /// decision would find nothing there, which allows nothing, and kill what is allowed.
    private func release(_ place: Place) throws(KernelError) {
        // A write into a map of maps returns when every BPF program that ran has ended.
        try classes[0].set(UInt32(Self.capacities[0]), to: blank)
        try classes[place.sizeClass].delete(place.index)
        used[place.sizeClass].remove(place.index)
    }

    func place(of profile: UInt32) -> Place? { places[profile] }
}
