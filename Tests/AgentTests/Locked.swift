import Synchronization

/// A value that several threads of a test share.
final class Locked<Value: Sendable>: Sendable {
    private let storage: Mutex<Value>

    init(_ value: Value) { storage = Mutex(value) }

    var value: Value { storage.withLock { $0 } }

    func set(_ value: Value) { storage.withLock { $0 = value } }

    func update(_ body: @Sendable (inout Value) -> Void) { storage.withLock { body(&$0) } }
}
