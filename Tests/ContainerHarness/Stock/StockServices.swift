/// Those that `profiles/baselines` has a profile for.
public enum StockServices {
    public static let names = ["nginx", "redis", "postgresql", "nodejs", "gunicorn", "apache"]

    /// One of its own, with secrets that no other has.
    public static func named(_ name: String) throws -> any StockService {
        switch name {
        case "nginx": NginxService()
        case "redis": RedisService()
        case "postgresql": PostgreSQLService()
        case "nodejs": NodeService()
        case "gunicorn": GunicornService()
        case "apache": ApacheService()
        default:
            throw HarnessError("no service \(name); there are: \(names.joined(separator: ", "))")
        }
    }
}
