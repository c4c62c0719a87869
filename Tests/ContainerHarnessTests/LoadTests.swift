import ContainerHarness
import Testing

@Suite(.serialized) struct LoadTests {
    @Test func nginxServesAndIsMeasured() throws {
        let container = try NginxService().start()
        defer { container.delete() }
        let figures = try Load.nginx(container, seconds: 1)
        #expect(figures.errors == 0)
        #expect(figures.requestsPerSecond > 500, "\(figures)")
        let log = try #require(try container.contents(of: NginxService.accessLog))
        let lines = log.split(separator: "\n").count
        #expect(Double(lines) >= figures.requests)
    }

    @Test func redisServesAndIsMeasured() throws {
        let container = try RedisService().start()
        defer { container.delete() }
        for pipeline in [1, 16] {
            let figures = try Load.redis(container, requests: 5_000, pipeline: pipeline)
            #expect(figures.errors == 0)
            #expect(figures.requests == 10_000)
            #expect(figures.requestsPerSecond > 1_000, "\(figures)")
        }
    }
}
