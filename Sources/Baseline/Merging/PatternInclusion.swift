extension PatternMatcher {
    /// Pairs that are looked at before the answer is no; patterns of people need a few hundred.
    private static let inclusionLimit = 20_000

    /// Whether every path that the other pattern matches is matched by this one. Where that cannot
    /// be told within `inclusionLimit` steps, the answer is no.
    public func covers(_ other: PatternMatcher) -> Bool {
        struct Pair: Hashable {
            /// Steps of the other that are done with.
            var place: Int
            /// The places where this pattern may be.
            var reached: [Int]
        }
        let start = min(fixedLength, other.fixedLength)
        for i in 0..<start where !steps[i].bytes.intersects(other.steps[i].bytes) { return false }
        let bytes = representatives(with: other)
        var seen = Set<Pair>()
        var open = [Pair(place: 0, reached: [0])]
        while let pair = open.popLast() {
            if pair.place == other.steps.count {
                guard pair.reached.contains(steps.count) else { return false }
                continue
            }
            let step = other.steps[pair.place]
            var ways = Set<[Int]>()
            for byte in bytes where step.bytes.contains(byte) {
                ways.insert(moved(pair.reached, by: byte))
            }
            for reached in ways {
                if reached.isEmpty { return false }
                for place in step.repeats ? [pair.place, pair.place + 1] : [pair.place + 1] {
                    let next = Pair(place: place, reached: reached)
                    guard seen.insert(next).inserted else { continue }
                    guard seen.count <= Self.inclusionLimit else { return false }
                    open.append(next)
                }
            }
        }
        return true
    }

    /// One byte of each class that no step of either pattern tells apart.
    private func representatives(with other: PatternMatcher) -> [UInt8] {
        let sets = Array(Set((steps + other.steps).map(\.bytes)))
        var classes = Set<[Bool]>()
        return (UInt8.min...UInt8.max).filter { byte in
            classes.insert(sets.map { $0.contains(byte) }).inserted
        }
    }

    private func moved(_ places: [Int], by byte: UInt8) -> [Int] {
        var next: [Int] = []
        for place in places where place < steps.count && steps[place].bytes.contains(byte) {
            if steps[place].repeats, next.last != place { next.append(place) }
            next.append(place + 1)
        }
        // Places come in order, so equal ones stand side by side.
        return next.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }
}

extension Prefix {
    /// Whether every address of the other is in this one.
    public func covers(_ other: Prefix) -> Bool {
        length <= other.length && contains(other.address)
    }
}
