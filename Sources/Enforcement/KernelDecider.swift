public import Kernel
internal import SensorABI
internal import SystemPackage

/// Asks the kernel's decision code directly, without an event: for tests of its
/// equality with Swift's, and for its cost.
public final class KernelDecider {
    public static let batchLimit = 1024

    public struct Question: Sendable {
        public var profile: UInt32
        /// The executable's path; nil: the runtime's set-up phase. At most LL_PATH_MAX bytes.
        public var subject: [UInt8]?
        public var dimension: UInt8
        /// At most LL_PATH_MAX bytes.
        public var object: [UInt8]
        public var isServing: Bool
        public init(
            profile: UInt32, subject: [UInt8]?, dimension: UInt8, object: [UInt8],
            isServing: Bool = false
        ) {
            self.isServing = isServing
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
            try ask(question, row: UInt32(row), withoutSubject)
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

    private func ask(
        _ question: Question, row: UInt32, _ withoutSubject: Bool
    ) throws(KernelError) {
        let limit = Int(LL_PATH_MAX)
        let subject = question.subject ?? []
        guard subject.count <= limit, question.object.count <= limit else {
            throw KernelError(
                "decide on a path of more than \(limit) bytes", errno: .fileNameTooLong)
        }
        var key: [UInt8] = Array(repeating: 0, count: 2 * limit)
        key.replaceSubrange(0..<subject.count, with: subject)
        key.replaceSubrange(limit..<(limit + question.object.count), with: question.object)
        try keys.setBytes(row, key)
        var request = ll_decide_request()
        request.profile = question.profile
        request.repeat = withoutSubject ? 1 : 0
        request.dimension = UInt32(question.dimension)
        request.subject_length =
            question.subject == nil ? LL_DECIDE_RUNTIME : UInt32(subject.count)
        request.object_length = UInt32(question.object.count)
        request.is_serving = question.isServing ? 1 : 0
        try requests.set(row, to: request)
    }
}
