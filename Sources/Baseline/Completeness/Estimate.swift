/// What the draws so far say of those to come, in one dimension.
///
/// The behaviours counted are the profile's rules, after generalising: another process id below
/// /proc is nothing new. They are counted by draws, not by occurrences (incidence data): a loop
/// that does one thing a million times within one draw was seen once.
public struct Estimate: Hashable, Sendable {
    public struct Point: Hashable, Sendable {
        public var draws: Int
        public var behaviours: Int
        public init(draws: Int, behaviours: Int) {
            self.draws = draws
            self.behaviours = behaviours
        }
    }

    /// Behaviours of the service; those that only starts showed are in `startup`.
    public var behaviours: Int
    public var startup: Int
    public var draws: Int
    /// Behaviours that one draw showed, and that two did, and no start by who served already.
    public var once: Int
    public var twice: Int
    /// The probability that the next draw shows something new, as Good and Turing estimate it:
    /// the share of draws that showed what no other did.
    public var unseen: Double
    /// Its upper bound, one-sided, with `Completeness.confidence`.
    public var bound: Double
    /// How many behaviours there are at least (Chao's estimate for incidences).
    public var chao: Double
    /// Behaviours seen after so many draws; at most `curveLimit` points.
    public var curve: [Point]
    /// Why it is not complete; nil: it is.
    public var reason: String?

    public static let curveLimit = 24

    public var isComplete: Bool { reason == nil }

    public init(
        behaviours: Int, startup: Int, draws: Int, once: Int, twice: Int, unseen: Double,
        bound: Double, chao: Double, curve: [Point], reason: String?
    ) {
        self.behaviours = behaviours
        self.startup = startup
        self.draws = draws
        self.once = once
        self.twice = twice
        self.unseen = unseen
        self.bound = bound
        self.chao = chao
        self.curve = curve
        self.reason = reason
    }

    /// - Parameters:
    ///   - seen: of each behaviour, the draws it was seen in.
    ///   - numbers: of all draws of the container, ascending: one in which the dimension did
    ///     nothing was one that brought nothing new.
    ///   - lost: records of the dimension that were lost.
    init(_ seen: [Draws], numbers: [UInt64], lost: Int, threshold: Double) {
        let serving = seen.map(\.serving).filter { $0.count > 0 }
        // What a rule of the start admits can be no surprise, however seldom it comes.
        let news = seen.filter { !$0.isKnownFromStart }.map(\.serving).filter { $0.count > 0 }
        let alone = news.filter { $0.count == 1 }
        let pairs = news.filter { $0.count == 2 }
        // Draws, not behaviours: what came together is one surprise.
        let surprising = Set(alone.map(\.first)).count
        let nearly = Set(pairs.map { [$0.first, $0.second] }).count
        behaviours = serving.count
        startup = seen.count - serving.count
        draws = numbers.count
        once = alone.count
        twice = pairs.count
        let n = Double(max(1, draws))
        unseen = Self.rounded(draws == 0 ? 1 : min(1, Double(surprising) / n))
        bound = Self.rounded(
            draws == 0 ? 1 : min(1, Bound.upper(once: surprising, twice: nearly) / n))
        let q1 = Double(once)
        let q2 = Double(twice)
        let more = q2 > 0 ? q1 * q1 / (2 * q2) : q1 * (q1 - 1) / 2
        chao = Self.rounded(Double(behaviours) + (n - 1) / n * more)
        let firsts = serving.map(\.first).sorted()
        curve = Self.curve(firsts, numbers)
        reason = nil
        reason = reason(
            lost: lost, surprising: surprising, latest: news.map(\.first).max(), numbers, threshold)
    }

    private func reason(
        lost: Int, surprising: Int, latest: UInt64?, _ numbers: [UInt64], _ threshold: Double
    ) -> String? {
        if lost > 0 { return "partial: \(lost) records were lost" }
        let least = Int((Bound.upper(once: 0, twice: 0) / threshold).rounded(.up))
        if draws < least {
            return "too few draws: \(draws) of the \(least) that it takes where nothing is new"
        }
        if bound >= threshold {
            return "still growing: \(surprising) of \(draws) draws showed what no other did"
        }
        // The last tenth brought something: the curve has not come to rest.
        if let latest, latest >= numbers[draws - draws / 10 - 1] {
            return "still growing: the last tenth of the draws brought something new"
        }
        return nil
    }

    /// Evenly spread by draws, and the last.
    private static func curve(_ firsts: [UInt64], _ numbers: [UInt64]) -> [Point] {
        guard !numbers.isEmpty else { return [] }
        let count = min(curveLimit, numbers.count)
        var seen = 0
        return (1...count).map { i in
            let draws = numbers.count * i / count
            while seen < firsts.count, firsts[seen] <= numbers[draws - 1] { seen += 1 }
            return Point(draws: draws, behaviours: seen)
        }
    }

    /// To six places after the point, as it is written.
    static func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }

    /// A total order: of equal bounds the one with fewer draws, then whatever else differs.
    func isLessComplete(than other: Estimate) -> Bool {
        let a = (reason == nil ? 0 : 1, bound, -draws, behaviours, once, twice)
        let b = (
            other.reason == nil ? 0 : 1, other.bound, -other.draws, other.behaviours, other.once,
            other.twice
        )
        if a != b { return a > b }
        let rest = "\(startup) \(chao) \(curve) \(reason ?? "")"
        return bytesPrecede(
            rest, "\(other.startup) \(other.chao) \(other.curve) \(other.reason ?? "")")
    }
}

/// How large a count may be of which the estimate is `once`.
enum Bound {
    /// The normal distribution's 95th percentile.
    private static let z = 1.6449

    /// - Returns: an upper bound for the number of draws out of as many as there were that show
    ///   something new: the Poisson bound for `once`, widened by what the behaviours that were
    ///   seen twice add to the estimate's variance (Esty 1983).
    static func upper(once: Int, twice: Int) -> Double {
        let k = Double(once) + 1
        let ninth = 1 / (9 * k)
        // Wilson and Hilferty's quantile of chi-square; it lies up to 1 % low.
        let root = 1 - ninth + z * ninth.squareRoot()
        let above = 1.01 * k * root * root * root - Double(once)
        return Double(once) + (above * above + z * z * 2 * Double(twice)).squareRoot()
    }
}
