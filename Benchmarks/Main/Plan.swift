/// How much is measured.
struct Plan {
    struct Loop {
        var batches: Int
        var iterations: Int
    }

    var rounds = 9
    var processes = Loop(batches: 100, iterations: 10)
    var files = Loop(batches: 200, iterations: 1_000)
    var nullCalls = Loop(batches: 200, iterations: 10_000)
    var webSeconds = 5
    var redisRequests = 100_000
    var recordSeconds = 60
    var containers = 100
    var decisionBatches = 40
    var pipelineRuns = 7
    var traceRounds = 5
    var learnedFlows = 1_000_000
    /// Of the trace that is read for its memory.
    var largeTraceBytes = 2 << 30

    static let full = Plan()

    /// To see that everything works; its figures are noise.
    static let quick: Plan = {
        var plan = Plan()
        plan.rounds = 1
        plan.processes = Loop(batches: 20, iterations: 5)
        plan.files = Loop(batches: 50, iterations: 200)
        plan.nullCalls = Loop(batches: 50, iterations: 2_000)
        plan.webSeconds = 1
        plan.redisRequests = 5_000
        plan.recordSeconds = 5
        plan.containers = 5
        plan.decisionBatches = 4
        plan.pipelineRuns = 1
        plan.traceRounds = 1
        plan.learnedFlows = 50_000
        plan.largeTraceBytes = 64 << 20
        return plan
    }()
}
