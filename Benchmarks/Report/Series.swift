/// Figures of the same thing, measured several times.
struct Series {
    private(set) var values: [Double] = []

    mutating func add(_ value: Double) { values.append(value) }

    /// 0 where there is none.
    var median: Double { percentile(50) }
    var least: Double { values.min() ?? 0 }
    var most: Double { values.max() ?? 0 }

    func percentile(_ percent: Double) -> Double {
        guard !values.isEmpty else { return 0 }
        let sorted = values.sorted()
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * percent / 100))]
    }
}
