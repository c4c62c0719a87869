public import Kernel
internal import SensorABI

/// Asks the kernel's decision code directly, without an event: for tests of its
/// equality with Swift's, and for its cost.
public final class KernelDecider {
    public static let batchLimit = 1024

    public struct Question: Sendable {
        public var profile: UInt32
        public var subject: [UInt8]
        public var dimension: UInt8
        public var object: [UInt8]
        public init(profile: UInt32, subject: [UInt8], dimension: UInt8, object: [UInt8]) {
            self.profile = profile
            self.subject = subject
            self.dimension = dimension
            self.object = object
        }
    }

    public struct Answer: Hashable, Sendable {
        public var subject: UInt32
        public var allowed: UInt32
        /// Nanoseconds: of the object's walk alone when `withoutSubject`, else of both walks.
        public var nanoseconds: UInt64
    }

    private let object: BPFObject
    private let keys: BPFMap
    private let requests: BPFMap

    public init(_ object: BPFObject) throws(KernelError) {
        self.object = object
        keys = try object.map("decide_keys")
        requests = try object.map("decide_requests")
    }

    /// Decides up to `batchLimit` questions in one run.
    public func decide(
        _ questions: [Question], withoutSubject: Bool = false
    ) throws(KernelError) -> [Answer] {
        for (row, question) in questions.enumerated() {
            try keys.setBytes(
                UInt32(row),
                question.subject + Array(repeating: 0, count: Int(LL_PATH_MAX) - question.subject.count)
                    + question.object
                    + Array(repeating: 0, count: Int(LL_PATH_MAX) - question.object.count))
            var request = ll_decide_request()
            request.profile = question.profile
            request.repeat = withoutSubject ? 1 : 0
            request.dimension = UInt32(question.dimension)
            request.subject_length = UInt32(question.subject.count)
            request.object_length = UInt32(question.object.count)
            try requests.set(UInt32(row), to: request)
        }
        var rows = UInt32(questions.count)
        _ = try object.run("decide", context: &rows)
        var answers: [Answer] = []
        for row in questions.indices {
            let request = try requests.value(at: UInt32(row), as: ll_decide_request.self)
            guard let request else { continue }
            answers.append(
                Answer(
                    subject: request.subject_state, allowed: request.allowed,
                    nanoseconds: request.elapsed_ns))
        }
        return answers
    }
}
