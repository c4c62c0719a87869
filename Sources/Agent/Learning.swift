public import Baseline
internal import Foundation
public import SysFlow

/// Learning from flow records, live or from files: the same learner.
public struct Learning {
    public private(set) var learner: Learner
    private let phases: PhasePolicy

    public init(container: String? = nil, phases: PhasePolicy = .guarded) {
        self.phases = phases
        learner = Learner(Learner.Options(container: container))
    }

    public mutating func consume(_ record: Record) { learner.consume(record) }

    /// As `consume`, and gives what the record showed.
    public mutating func observe(_ record: Record) -> [Observation] { learner.observe(record) }

    /// Notes with which content a program or library was seen.
    public mutating func note(content: ContentDigest?, of path: PathBytes, in container: String) {
        learner.note(content: content, of: path, in: container)
    }

    public mutating func note(_ losses: Losses, of container: String) {
        for (dimension, count) in losses.byDimension {
            learner.note(losses: count, in: dimension, of: container)
        }
    }

    /// One profile of several containers that are replicas of one workload. It selects containers
    /// of their image, or of any name where they have none in common.
    ///
    /// - Parameters:
    ///   - quorum: how many of them have to show what enters.
    ///   - allowing: classes that are learned although they usually never are.
    ///   - threshold: of its completeness.
    /// - Throws: where a quorum of them would allow nothing.
    public func profile(
        ofReplicas replicas: [String], name: String, quorum: Int, allowing: Set<String>,
        threshold: Double = Completeness.usualThreshold
    ) throws -> (profile: Profile, dropped: [QuorumMerge.Dropped]) {
        guard quorum <= replicas.count else {
            throw FileProblem(
                "--quorum \(quorum) of \(replicas.count) replicas would allow nothing; give the "
                    + "records of more, or a smaller quorum")
        }
        let images = Set(replicas.compactMap { learner.container($0)?.image })
        let selector = Selector(image: images.count == 1 ? images.first : nil)
        if quorum == 1 {
            var all: Behaviours?
            for replica in replicas {
                guard let seen = learner.behaviours(of: replica) else { continue }
                if all?.merge(seen) == nil { all = seen }
            }
            let profile = all?.profile(
                name: name, selector: selector, allowing: allowing, phases: phases,
                threshold: threshold)
            return (profile ?? Profile(name: name, selector: selector), [])
        }
        let parts = replicas.compactMap {
            learner.behaviours(of: $0)?.profile(
                name: name, selector: selector, allowing: allowing, phases: phases,
                threshold: threshold)
        }
        let merge = QuorumMerge(parts, quorum: quorum)
        return (merge.profile, merge.dropped)
    }

    /// What each of these containers did.
    public func behaviours(ofReplicas replicas: [String]) -> [String: Behaviours] {
        replicas.reduce(into: [:]) { $0[$1] = learner.behaviours(of: $1) }
    }

    /// The state of a container's learning, to be written down.
    public func state(of container: String) -> LearningState? {
        learner.behaviours(of: container).map { LearningState($0) }
    }

    /// Goes on where an agent before stopped.
    /// - Returns: false where the state cannot be used.
    public mutating func resume(_ container: String, from state: LearningState) -> Bool {
        guard let behaviours = state.behaviours() else { return false }
        learner.resume(container, with: behaviours)
        return true
    }

    /// A container that is gone.
    public mutating func forget(_ container: String) { learner.remove(container: container) }

    /// The profile of a container; it selects containers of the same image, or of the same name
    /// where the image is not known.
    ///
    /// - Parameter allowing: classes that are learned although they usually never are.
    /// - Throws: where nothing was learned.
    public func profile(
        of container: String, name: String, image: String?, containerName: String?,
        allowing: Set<String> = [], threshold: Double = Completeness.usualThreshold
    ) throws -> Profile {
        guard let behaviours = learner.behaviours(of: container), !behaviours.isEmpty else {
            throw FileProblem(
                "nothing was learned of the container \(container): it did nothing while it was "
                    + "watched; give it load, or learn for longer")
        }
        let image = image.flatMap { $0.isEmpty ? nil : $0 }
        let selector = Selector(
            image: image, containerName: image == nil ? containerName : nil)
        return behaviours.profile(
            name: name, selector: selector, allowing: allowing, phases: phases,
            threshold: threshold)
    }
}

/// Reading traces for learning and replay.
public enum Traces {
    public struct Problem: Sendable {
        public var file: String
        public var text: String
    }

    /// Hands every record of the sources to `body`, in order: `TraceSource` says what a source may
    /// be. Damage is passed over as far as it can be and returned.
    public static func read(
        _ paths: [String], _ body: (Record) throws -> Void
    ) throws -> [Problem] {
        var problems: [Problem] = []
        for path in paths {
            let source = try TraceSource(path)
            while let record = try source.next() { try body(record) }
            problems += source.problems
        }
        return problems
    }
}
