public import Baseline
public import Export
internal import Foundation
internal import Kernel
public import SysFlow

/// Whether a profile may be enforced: replays recordings and says what stands against it.
public final class PromotionReview {
    private let profile: Profile
    private let replay: ReplaySession
    private var damaged: [String] = []

    /// - Parameter container: only containers whose id begins so; nil: all in the recordings.
    public init(_ profile: Profile, container: String?) throws {
        self.profile = profile
        replay = try ReplaySession(profile, container: container)
    }

    /// Replays the sources in their order.
    public func read(_ files: [String]) throws {
        damaged += try Traces.read(files) { replay.consume($0) }.map { "\($0.file): \($0.text)" }
    }

    public func consume(_ record: Record) { replay.consume(record) }

    /// One for each kind of behaviour that would have been stopped.
    public var alerts: [Alert] { replay.alerts }
    public var judged: Int { replay.judged }
    public var deviating: Int { replay.deviating }

    /// What stands against enforcing the profile; empty: nothing.
    public var objections: [String] {
        var objections = profile.objections
        if replay.deviating > 0 {
            objections.append(
                "the replay would have stopped \(replay.deviating) of \(replay.judged) behaviours, "
                    + "\(alerts.count) kinds of them: allow them, or find out who did it")
        }
        if replay.judged == 0 {
            objections.append(
                "the recordings show nothing to judge: record the container under its usual load")
        }
        for (dimension, count) in replay.losses.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            objections.append(
                "\(count) records of \(dimension.name) are missing in the recordings: record again")
        }
        objections += damaged.map { "a recording is damaged: \($0)" }
        return objections
    }

    /// The profile in the mode `enforce`, with what it stands on.
    ///
    /// - Parameter override: why, where something stands against it.
    public func promoted(by name: String, files: [String], override: String?) -> Profile {
        var promoted = profile
        let against = objections
        promoted.mode = .enforce
        promoted.promoted = Promotion(
            time: Int64(Date().timeIntervalSince1970) * 1_000_000_000, by: name, files: files,
            judged: judged, deviating: deviating, override: against.isEmpty ? nil : override,
            against: against)
        return promoted
    }
}
