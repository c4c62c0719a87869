public import SysFlow

/// What counts as one draw when it is asked how likely the next one is to bring something new.
/// docs/learning.md compares them by what they predicted.
public enum SamplingUnit: Hashable, Sendable {
    /// A stretch of time in which the container did anything; nanoseconds.
    case window(Int64)
    /// The same of each process by itself: a short process is one draw, a long one many.
    case processWindow(Int64)
    /// A process from its start to its end.
    case process
    /// Each record: what a loop repeats counts each time.
    case record

    /// What completeness is judged by.
    public static let standard = SamplingUnit.window(1_000_000_000)

    /// The number of the draw that an act belongs to. Numbers of later windows are greater.
    /// - Parameter serial: of the record, for the unit that is one.
    public func number(at time: Int64, of process: ProcessID, in source: SourceID, serial: Int)
        -> UInt64
    {
        switch self {
        case .window(let length): Self.number(time / length, UInt64(source.rawValue))
        case .processWindow(let length):
            Self.number(time / length, Self.mixed(process) ^ UInt64(source.rawValue))
        case .process: Self.mixed(process) ^ UInt64(source.rawValue)
        case .record: UInt64(serial)
        }
    }

    /// When a draw began; nil where its number does not tell.
    func time(of number: UInt64) -> Int64? {
        switch self {
        case .window(let length), .processWindow(let length):
            Int64(truncatingIfNeeded: number >> Self.bits) &* length
        case .process, .record: nil
        }
    }

    /// As profiles write it.
    public var text: String {
        switch self {
        case .window(let length): "\(length / 1_000_000) ms"
        case .processWindow(let length): "process, \(length / 1_000_000) ms"
        case .process: "process"
        case .record: "record"
        }
    }

    /// Below the window's number: whose draw it is.
    private static let bits: UInt64 = 24

    private static func number(_ window: Int64, _ whose: UInt64) -> UInt64 {
        UInt64(truncatingIfNeeded: window) << bits | whose & (1 << bits - 1)
    }

    private static func mixed(_ process: ProcessID) -> UInt64 {
        var word =
            UInt64(bitPattern: process.createTime) ^ UInt64(bitPattern: process.hostPID) << 40
        word = (word ^ (word >> 33)) &* 0xff51_afd7_ed55_8ccd
        return word ^ (word >> 29)
    }
}

/// In which draws a behaviour was seen, as far as it matters: whether in one, in two or in more.
/// The union of two is commutative, associative and idempotent.
struct Incidence: Hashable, Sendable {
    /// The smallest numbers, ascending; `none` where there are fewer.
    private(set) var first = none
    private(set) var second = none
    private(set) var third = none

    private static let none = UInt64.max

    /// 0 to 3; 3 says three or more.
    var count: Int {
        (first == Self.none ? 0 : 1) + (second == Self.none ? 0 : 1)
            + (third == Self.none ? 0 : 1)
    }

    /// Those that there are, ascending.
    var numbers: [UInt64] { [first, second, third].filter { $0 != Self.none } }

    mutating func insert(_ number: UInt64) {
        if number == first || number == second || number >= third { return }
        if number < first {
            (first, second, third) = (number, first, second)
        } else if number < second {
            (second, third) = (number, second)
        } else {
            third = number
        }
    }

    mutating func formUnion(_ other: Incidence) {
        if other.first != Self.none { insert(other.first) }
        if other.second != Self.none { insert(other.second) }
        if other.third != Self.none { insert(other.third) }
    }
}

/// The draws a behaviour was seen in, startup and service apart: what only a start does is drawn
/// once for each start, however long the service runs.
struct Draws: Hashable, Sendable {
    var serving = Incidence()
    var startup = Incidence()
    /// A start showed it, by a process that served already: its rule holds while serving, too, so
    /// that no draw can show it as something new.
    var isKnownFromStart = false

    mutating func formUnion(_ other: Draws) {
        serving.formUnion(other.serving)
        startup.formUnion(other.startup)
        isKnownFromStart = isKnownFromStart || other.isKnownFromStart
    }
}
