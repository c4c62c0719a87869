internal import Synchronization

/// Hashes files one after the other, beside whoever asks: a large file holds up nobody's loop.
public final class HashWorker: Sendable {
    /// Files that may wait; beyond it they are not taken.
    public static let limit = 1024

    public struct Result: Sendable {
        public var id: Int
        /// SHA-256; nil: it could not be read.
        public var digest: [UInt8]?
    }

    private struct State {
        var waiting: [(id: Int, file: ContentFile)] = []
        var done: [Result] = []
        var isRunning = false
    }

    private let state = Mutex(State())

    public init() {}

    /// Returns whether it was taken: its result comes by `take()`.
    public func submit(_ id: Int, _ file: ContentFile) -> Bool {
        enum Answer { case full, waits, begins }
        let answer: Answer = state.withLock {
            guard $0.waiting.count < Self.limit else { return .full }
            $0.waiting.append((id, file))
            if $0.isRunning { return .waits }
            $0.isRunning = true
            return .begins
        }
        // It blocks one of the runtime's threads, which nothing else here uses.
        if answer == .begins { Task.detached(priority: .utility) { self.run() } }
        return answer != .full
    }

    /// What is done since the last time.
    public func take() -> [Result] {
        state.withLock { state in
            defer { state.done = [] }
            return state.done
        }
    }

    private func run() {
        while let next = next() {
            let result = Result(id: next.id, digest: next.file.digest())
            state.withLock { $0.done.append(result) }
        }
    }

    private func next() -> (id: Int, file: ContentFile)? {
        state.withLock {
            guard $0.waiting.isEmpty else { return $0.waiting.removeFirst() }
            $0.isRunning = false
            return nil
        }
    }
}
