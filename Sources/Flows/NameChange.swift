public import Events
internal import SysFlow

/// A call on names and attributes that returned, or that io_uring was asked for (opens that leave no
/// descriptor, too), with its paths: as
/// the kernel gave them, or as whoever knows better has resolved them.
public struct NameChange: Hashable, Sendable {
    public var header: EventHeader
    /// One LL_OPERATION_*.
    public var operation: UInt32
    /// 0, or a negative errno; of io_uring's requests, whose outcome is not known, -EINPROGRESS.
    public var result: Int32
    /// A mode or flags, by operation.
    public var argument: UInt32
    public var path: [UInt8]
    /// Empty but for link, symlink, rename and mount.
    public var secondPath: [UInt8]

    public init(_ event: borrowing FileOperationEvent) {
        header = event.header
        operation = event.operation
        result = event.result
        argument = event.argument
        path = Self.copy(event.path)
        secondPath = Self.copy(event.secondPath)
    }

    /// Whether it has taken effect, as far as is known.
    public var isDone: Bool { result == 0 || result == FileEvent.inProgress }

    private static func copy(_ bytes: RawSpan) -> [UInt8] {
        let span = Span<UInt8>(_bytes: bytes)
        return span.indices.map { span[$0] }
    }
}
