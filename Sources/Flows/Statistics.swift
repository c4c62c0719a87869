extension FlowAssembler {
    /// What could not be kept or was not as expected, by cause. Only ever counted up.
    public struct Statistics: Hashable, Sendable {
        /// Events taken, whatever became of them.
        public var events = 0
        /// Records emitted.
        public var records = 0

        /// Events of a container that is not registered: dropped.
        public var unknownSlot = 0
        /// Events that contradict themselves, such as a process that forks itself: dropped.
        public var contradictory = 0
        /// Ends of flows that were not known: their last counters are lost.
        public var endsWithoutFlow = 0
        /// Sockets that are neither IPv4 nor IPv6, which the record model has no room for.
        public var otherSocketFamilies = 0

        /// Processes first seen without fork, exec or snapshot: their executable is unknown.
        public var processesSynthesised = 0
        /// Processes whose exit was not seen, found by their id's being used again.
        public var exitsMissed = 0
        /// Parents that were dropped at a limit while they had children.
        public var parentsForgotten = 0
        /// Flows that began anew without an end of the one before: its last counters are lost.
        public var flowsReplaced = 0
        /// Flows whose entry in the kernel's table was gone: their last counters are lost.
        public var countersMissing = 0
        /// Flows whose entry was made anew: the counters of the entry before are lost.
        public var countersRestarted = 0
        /// Paths and arguments that are not UTF-8: such bytes are written `\xHH`.
        public var textsEscaped = 0

        /// Dropped at `Limits.processes`.
        public var processesEvicted = 0
        /// Dropped at `Limits.files`.
        public var filesEvicted = 0
        /// Dropped at `Limits.flows`, or to make room for a file.
        public var flowsEvicted = 0
        /// Not kept at `Limits.listeners`: flows of that port may have their sides exchanged.
        public var listenersNotKept = 0

        public init() {}
    }
}
