extension FlowAssembler {
    /// Times are in nanoseconds.
    public struct Configuration: Hashable, Sendable {
        /// A flow is exported this often while it lasts.
        public var exportInterval: UInt64
        /// A flow without activity for so long is exported a last time and dropped.
        public var idleTimeout: UInt64
        /// What is added to CLOCK_BOOTTIME to give the time since the Unix epoch.
        public var realtimeOffset: Int64
        public var limits: Limits

        public init(
            realtimeOffset: Int64, exportInterval: UInt64 = 30_000_000_000,
            idleTimeout: UInt64 = 60_000_000_000, limits: Limits = Limits()
        ) {
            self.realtimeOffset = realtimeOffset
            self.exportInterval = exportInterval
            self.idleTimeout = idleTimeout
            self.limits = limits
        }
    }

    /// How much is kept of each container. At a limit the oldest is exported and dropped, and
    /// counted in `Statistics`; if it is seen again it starts anew. Room for the two that one
    /// event can add is kept free, so that nothing is dropped while an event is worked on.
    public struct Limits: Hashable, Sendable {
        /// Processes, with those that ended but have children. Ended ones go first.
        public var processes: Int
        /// Paths. Those that no live flow cites go first.
        public var files: Int
        /// Live flows of files, sockets and threads.
        public var flows: Int
        /// Ports known to accept connections. At the limit no more are learned.
        public var listeners: Int

        /// The least that works: one record can name two processes and two files.
        public static let least = 4

        public init(
            processes: Int = 4096, files: Int = 16384, flows: Int = 16384, listeners: Int = 1024
        ) {
            self.processes = max(Self.least, processes)
            self.files = max(Self.least, files)
            self.flows = max(Self.least, flows)
            self.listeners = max(Self.least, listeners)
        }
    }
}
