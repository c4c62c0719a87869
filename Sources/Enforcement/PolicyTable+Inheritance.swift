public import Decision
public import Kernel
internal import SensorABI

/// Programs that an agent before this one left in the kernel. They stay in force until every
/// container has found its profile anew; one that is the same is taken as it is.
extension PolicyTable {
    struct Remainder {
        var generation: UInt32 = 0
        var places: [UInt32: Place] = [:]
        /// Programs that no profile names: their agent was killed while it installed or removed them.
        var leaked: [Place] = []
    }

    /// What the maps hold. Word 0 of `profiles` is no profile's: it keeps the generation.
    func remaining() throws(KernelError) -> Remainder {
        var remainder = Remainder()
        var named: [Set<UInt32>] = Array(repeating: [], count: classes.count)
        for number in 0..<UInt32(LL_PROFILES) {
            let word = try profiles.value(at: number, as: UInt64.self) ?? 0
            remainder.generation = max(remainder.generation, UInt32(word >> 32))
            guard number > 0, word != 0 else { continue }
            let place = Place(
                sizeClass: Int(word >> 24 & 0x3f), index: UInt32(word & 0xff_ffff),
                generation: UInt32(word >> 32),
                hasPhases: word & UInt64(LL_PROFILE_HAS_PHASES) != 0)
            guard place.sizeClass < classes.count, place.index < Self.capacities[place.sizeClass]
            else {
                // No program walks such a word.
                try profiles.set(number, to: UInt64(0))
                continue
            }
            remainder.places[number] = place
            named[place.sizeClass].insert(place.index)
        }
        // A fresh table has neither: its maps of maps need not be searched.
        guard remainder.generation > 0 else { return remainder }
        for sizeClass in classes.indices {
            for index in 0..<UInt32(Self.capacities[sizeClass])
            where !named[sizeClass].contains(index) {
                if try classes[sizeClass].value(at: index, as: UInt32.self) != nil {
                    remainder.leaked.append(
                        Place(sizeClass: sizeClass, index: index, generation: 0))
                }
            }
        }
        return remainder
    }

    /// A number that is inherited and has this very program: it is in force, and now known. What
    /// cannot be read any more, as the agent has given up CAP_SYS_ADMIN, is not claimed: its
    /// container is bound to a program that is installed anew.
    public func claim(_ program: PolicyProgram) throws(KernelError) -> UInt32? {
        let hash = program.cells.hashValue
        for number in inherited[hash] ?? [] {
            guard let place = place(of: number), (try? cells(at: place)) == program.cells else {
                continue
            }
            inherited[hash]?.removeAll { $0 == number }
            return number
        }
        return nil
    }

    /// Takes out what was inherited and not claimed, except what is still needed.
    /// Returns how many profiles that were.
    public func removeInherited(except needed: Set<UInt32>) throws(KernelError) -> Int {
        var removed = 0
        for (hash, numbers) in inherited {
            for number in numbers where !needed.contains(number) {
                try remove(number)
                removed += 1
            }
            inherited[hash] = numbers.filter { needed.contains($0) }
        }
        return removed
    }

    func hash(at place: Place) throws(KernelError) -> Int { try cells(at: place).hashValue }

    /// The program that lies in a place; empty where there is none.
    private func cells(at place: Place) throws(KernelError) -> [UInt64] {
        guard let id = try classes[place.sizeClass].value(at: place.index, as: UInt32.self) else {
            return []
        }
        return try OwnedMap(id: id, name: "loadline_policy").firstWords()
    }
}
