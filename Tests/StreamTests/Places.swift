import Foundation

@testable import Agent
@testable import SysFlow

/// A directory for the files of one test. Short: a socket's path has little room.
func withFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "ll-" + UUID().uuidString.prefix(8)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
}

/// A clock that stands still until it is told.
final class TestClock {
    var now: UInt64 = 1_000_000_000
    func advance(seconds: Double) { now += UInt64(seconds * 1e9) }
}

/// A reader of a stream that takes packets when it is told to.
final class StreamReader {
    private let listener: PacketListener
    private var peer: PacketSocket?
    private var decoder = DatagramDecoder()
    private var buffer = [UInt8](repeating: 0, count: DatagramEncoder.readerBytes)
    /// Of the peer that is there, and of those before it.
    private(set) var records: [Record] = []
    private(set) var earlier: [[Record]] = []
    private(set) var problems: [String] = []

    init(_ path: String) throws { listener = try PacketListener(at: path) }

    /// Takes up to `limit` packets that are there.
    func take(_ limit: Int = .max) throws {
        if peer == nil { peer = try listener.accept(milliseconds: 0) }
        var left = limit
        while left > 0 {
            switch peer?.receive(into: &buffer) {
            case nil, .nothing: return
            case .gone: return hangUp()
            case .packet(let count):
                left -= 1
                do throws(DatagramProblem) {
                    guard count <= buffer.count else { problems.append("\(count) bytes"); continue }
                    records.append(try decoder.decode(buffer, upTo: count))
                } catch {
                    problems.append("\(error)")
                }
            }
        }
    }

    /// Goes away, with what it did not take.
    func hangUp() {
        peer = nil
        if !records.isEmpty { earlier.append(records) }
        records = []
    }

    var outputs: [[Record]] { earlier + (records.isEmpty ? [] : [records]) }
}

extension StreamStatistics {
    /// Whether every record is accounted for.
    func isComplete(waiting: Int) -> Bool { given == sent + waiting + lost + leftOut }
}
