/// Numbers in paths that are equal but for them become `<int>`, where at least
/// `PathGeneraliser.leastExamples` different ones were seen in the same place. A place is what
/// stands before the number: where a directory's name is such a number, all below it share it.
enum IntegerStep {
    private static let reason = "different numbers in one place"

    /// A candidate taken apart: its pattern with every number as a slot, and the slots' digits
    /// (empty for one that is a wildcard already).
    private struct Shaped {
        var candidate: PathGeneraliser.Candidate
        var shape: [PathPattern.Element]
        var slots: [[UInt8]]
        /// Of each slot, whether its place is known to vary from other paths too.
        var isKnown: [Bool] = []
    }

    static func apply(_ candidates: [PathGeneraliser.Candidate]) -> [PathGeneraliser.Candidate] {
        var members = candidates.map(shaped)
        noteKnown(&members)
        return PathGeneraliser.grouped(members) { $0.shape }.flatMap { _, members in
            generalise(members, varying: Array(members[0].slots.indices))
        }
    }

    /// Slot by slot from the left, so that a place below a number that varies is one place, and
    /// below numbers that do not each has its own.
    private static func noteKnown(_ members: inout [Shaped]) {
        let most = members.map(\.slots.count).max() ?? 0
        var rest = members.map { $0.shape[...] }
        var before = members.map { _ in [PathPattern.Element]() }
        for slot in 0..<most {
            var values: [[PathPattern.Element]: Set<[UInt8]>] = [:]
            for i in members.indices where members[i].slots.count > slot {
                let end = rest[i].firstIndex(of: .int) ?? rest[i].endIndex
                before[i] += rest[i][..<end]
                rest[i] = rest[i][end...].dropFirst()
                values[before[i], default: []].insert(members[i].slots[slot])
            }
            for i in members.indices where members[i].slots.count > slot {
                let isKnown = values[before[i], default: []].count >= PathGeneraliser.leastExamples
                members[i].isKnown.append(isKnown)
                let digits = members[i].slots[slot]
                if isKnown || digits.isEmpty {
                    before[i].append(.int)
                } else {
                    before[i] += digits.map(PathPattern.Element.byte)
                }
            }
        }
    }

    /// Makes wildcards of those slots that vary, alone or together, and keeps the others.
    private static func generalise(
        _ members: [Shaped], varying slots: [Int]
    ) -> [PathGeneraliser.Candidate] {
        let varying = slots.filter { varies($0, members) }
        if varying.isEmpty { return members.map(\.candidate) }
        let kept = members[0].slots.indices.filter { !varying.contains($0) }
        return PathGeneraliser.grouped(members) { member in kept.map { member.slots[$0] } }
            .flatMap { _, group -> [PathGeneraliser.Candidate] in
                // Fixing the other slots may leave too few examples: try without those that do.
                let still = varying.filter { varies($0, group) }
                guard still.count == varying.count else {
                    return generalise(group, varying: still)
                }
                return merged(group, varying)
            }
    }

    private static func varies(_ slot: Int, _ members: [Shaped]) -> Bool {
        if members.allSatisfy({ $0.isKnown[slot] && !$0.slots[slot].isEmpty }) { return true }
        let values = Set(members.map { $0.slots[slot] })
        return values.count >= PathGeneraliser.leastExamples
    }

    private static func merged(
        _ group: [Shaped], _ varying: [Int]
    ) -> [PathGeneraliser.Candidate] {
        var elements: [PathPattern.Element] = []
        var slot = 0
        for element in group[0].shape {
            guard element == .int else {
                elements.append(element)
                continue
            }
            let digits = group[0].slots[slot]
            if varying.contains(slot) || digits.isEmpty {
                elements.append(.int)
            } else {
                elements += digits.map(PathPattern.Element.byte)
            }
            slot += 1
        }
        let candidate = PathGeneraliser.Candidate.merged(
            group.map(\.candidate), as: elements, because: reason)
        return candidate.map { [$0] } ?? []
    }

    private static func shaped(_ candidate: PathGeneraliser.Candidate) -> Shaped {
        var shape: [PathPattern.Element] = []
        var slots: [[UInt8]] = []
        var digits: [UInt8] = []
        func endNumber(before next: UInt8?) {
            if digits.isEmpty { return }
            // `1f`: part of a word, not a number.
            if let next, TypedSegments.isLetter(next) {
                shape += digits.map(PathPattern.Element.byte)
            } else {
                shape.append(.int)
                slots.append(digits)
            }
            digits = []
        }
        for element in candidate.elements {
            if case .byte(let byte) = element {
                if TypedSegments.isDigit(byte) {
                    digits.append(byte)
                    continue
                }
                endNumber(before: byte)
            } else {
                endNumber(before: nil)
                if element == .int { slots.append([]) }
            }
            shape.append(element)
        }
        endNumber(before: nil)
        return Shaped(candidate: candidate, shape: shape, slots: slots)
    }
}
