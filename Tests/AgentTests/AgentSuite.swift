import Testing

/// Everything here loads the sensor and runs containers: one after another.
@Suite(.serialized) struct AgentSuite {}
