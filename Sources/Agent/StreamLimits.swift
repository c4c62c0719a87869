public import SysFlow

/// How much a stream keeps while its reader is slow or away.
public struct StreamLimits: Hashable, Sendable {
    /// Records that wait. At it the oldest is lost and counted.
    public var records: Int
    /// Bytes of memory that they hold, as `Record.footprint` counts them. At it likewise.
    public var bytes: Int
    /// What is kept of entities, to give them again to a reader that comes later.
    public var entities: EntityRepeater.Limits

    public init(
        records: Int = 65_536, bytes: Int = 32 << 20,
        entities: EntityRepeater.Limits = EntityRepeater.Limits()
    ) {
        self.records = max(1, records)
        self.bytes = bytes
        self.entities = entities
    }
}

/// What became of a stream's records. Only ever counted up.
/// `given == sent + waiting + lost + leftOut` holds between calls.
public struct StreamStatistics: Hashable, Sendable {
    /// Records that the stream was given.
    public var given = 0
    /// Of these: taken over by the kernel for a reader.
    public var sent = 0
    /// Of these: dropped at a limit of the buffer, the oldest first, or left in it at the end.
    public var overflowed = 0
    /// Of those: entities. They are given again before what cites them.
    public var overflowedEntities = 0
    /// Of these: larger than a reader's buffer.
    public var oversized = 0
    /// Of these: they cite an entity that the reader cannot be given.
    public var withoutEntity = 0
    /// Of these: version 5 has no room for them: IPv6, losses, verdicts.
    public var leftOut = 0
    /// Entities that were given again, beside the above.
    public var repeated = 0
    /// Parents that processes were sent without: the reader could not be given them.
    public var parentsLeftOut = 0
    /// Readers that there were, one after the other.
    public var readers = 0

    public var lost: Int { overflowed + oversized + withoutEntity }

    public init() {}
}
