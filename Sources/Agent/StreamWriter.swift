public import SysFlow

/// Records sent to whoever listens at a UNIX socket, as the public SysFlow tools do: sf-processor
/// listens, the collector connects, and each packet is one bare datum of version 5.
///
/// Never waits: what the reader does not take at once stays in a bounded buffer, and what does not
/// fit there is lost and counted. A reader may come late, go, and come back; each begins with a
/// header, and gets every entity before what cites it. Not safe for use from several threads.
public final class StreamWriter {
    /// A connection is tried this often; nanoseconds.
    public static let connectInterval: UInt64 = 1_000_000_000
    /// A reader whose buffer is full is asked again after this time; nanoseconds.
    static let fullPause: UInt64 = 1_000_000
    /// Packets sent in one call of `append`, and of `turn`: a reader that is quick does not keep
    /// the caller from its other work.
    static let packetsPerAppend = 64
    static let packetsPerTurn = 4096
    /// How long `close` waits for the reader to take the rest; nanoseconds.
    public static let closeInterval: UInt64 = 2_000_000_000
    /// Asked of the kernel for packets on their way to the reader; bytes. What lies there when a
    /// reader goes is lost without a count, so it is little: some 700 packets.
    static let socketBytes: Int32 = 256 << 10

    public let path: String
    private let clock: () -> UInt64
    private var buffer: StreamBuffer
    private var socket: PacketSocket?
    private var nextConnect: UInt64 = 0
    /// The reader's buffer was full; until then it is not asked again.
    private var pauseEnd: UInt64 = 0
    /// Why there is no reader.
    public private(set) var lastProblem = "nothing was sent yet"

    /// A reader came (true), or went (false), with what was said of it.
    public var onChange: ((_ isThere: Bool, _ detail: String) -> Void)?

    /// Nothing is sent before the first `append` or `turn`.
    ///
    /// - Parameters:
    ///   - exporter: stands in the header that each reader gets.
    ///   - clock: nanoseconds that never go back.
    /// - Throws: where no socket can have such a path. That nobody listens there is no error.
    public init(
        path: String, exporter: String, limits: StreamLimits = StreamLimits(),
        clock: @escaping () -> UInt64 = { Clock.boottime }
    ) throws {
        try PacketSocket.check(path)
        self.path = path
        self.clock = clock
        buffer = StreamBuffer(
            header: Header(exporter: exporter, filename: path), limits: limits)
    }

    public var statistics: StreamStatistics { buffer.statistics }
    /// Records that wait for the reader.
    public var waiting: Int { buffer.waiting }
    public var isConnected: Bool { socket != nil }

    /// Takes a record, and sends what can be sent at once.
    public func append(_ record: Record) {
        buffer.append(record)
        send(atMost: Self.packetsPerAppend)
    }

    /// To be called now and then, also while there are no records: connects, sends what waits, and
    /// sees that a reader went.
    public func turn() {
        if socket?.isClosed == true { disconnect("it closed the connection", now: clock()) }
        send(atMost: Self.packetsPerTurn)
    }

    /// Gives a reader that is there some time to take the rest. What is left then is lost.
    public func close() {
        let end = clock() + Self.closeInterval
        while true {
            pauseEnd = 0
            send(atMost: Self.packetsPerTurn)
            guard socket != nil, buffer.waiting > 0, clock() < end else { break }
            socket?.waitToSend(milliseconds: 100)
        }
        buffer.abandon()
        socket = nil
    }

    private func send(atMost limit: Int) {
        let now = clock()
        if socket == nil { connect(now: now) }
        guard socket != nil, now >= pauseEnd else { return }
        for _ in 0..<limit {
            guard let packet = buffer.next() else { return }
            switch socket?.send(packet) {
            case .taken: buffer.sent()
            case .full:
                pauseEnd = now + Self.fullPause
                return
            case .tooLarge: buffer.refused()
            case .gone(let reason):
                disconnect(reason, now: now)
                return
            case nil: return
            }
        }
    }

    private func connect(now: UInt64) {
        guard now >= nextConnect else { return }
        nextConnect = now + Self.connectInterval
        do throws(SocketProblem) {
            socket = try PacketSocket.connect(to: path, buffer: Self.socketBytes)
            pauseEnd = 0
            buffer.beginReader()
            onChange?(true, "a reader is there")
        } catch {
            lastProblem = error.reason
        }
    }

    private func disconnect(_ reason: String, now: UInt64) {
        socket = nil
        lastProblem = reason
        nextConnect = now + Self.connectInterval
        onChange?(false, reason)
    }
}
