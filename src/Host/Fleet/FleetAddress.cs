using System.Data.Common;
using System.Globalization;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Fleet;

/// <summary>Where hosts find each other, or where they keep their runs: <c>redis://HOST:PORT/DB</c> or <c>postgres://USER:PASSWORD@HOST:PORT/DB</c>.</summary>
/// <param name="Kind">What stands there.</param>
/// <param name="Host">The name or address of its machine.</param>
/// <param name="Port">The port.</param>
/// <param name="User">Who signs in; empty for nobody.</param>
/// <param name="Password">With what; empty for nothing.</param>
/// <param name="Database">Which database; empty for the usual one.</param>
/// <param name="IsSecure">Whether TLS is spoken.</param>
internal sealed record FleetAddress(FleetStoreKind Kind, string Host, int Port, string User, string Password, string Database, bool IsSecure)
{
    /// <summary>What the fleet is called where its hosts find each other.</summary>
    public const string ClusterName = "traindoctor";

    private const int RedisPort = 6379;
    private const int PostgresPort = 5432;

    /// <summary>Gets the address without its secrets, for messages.</summary>
    public string Shown => FormattableString.Invariant($"{(Kind == FleetStoreKind.Redis ? "redis" : "postgres")}://{Host}:{Port}{(Database.Length > 0 ? "/" : string.Empty)}{Database}");

    /// <summary>Reads an address.</summary>
    /// <param name="text">The address.</param>
    /// <param name="option">The option that it was given with.</param>
    /// <exception cref="UsageException">It is none. The message does not repeat it, since it may hold a password.</exception>
    public static FleetAddress Parse(string text, string option)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || KindOf(uri.Scheme) is not { } kind)
        {
            throw new UsageException($"{option}: expected redis://HOST:PORT, redis://HOST:PORT/DB or postgres://USER:PASSWORD@HOST:PORT/DB.");
        }

        string[] user = uri.UserInfo.Split(':', 2);
        bool isSecure = uri.Scheme == "rediss" || Query(uri, option);
        string database = Uri.UnescapeDataString(uri.AbsolutePath.Trim('/'));
        if (kind == FleetStoreKind.Redis && database.Length > 0 && !int.TryParse(database, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            throw new UsageException($"{option}: a database of Redis is a number, as in redis://HOST:PORT/2.");
        }

        // Of Redis, a single word before the @ is the password.
        bool hasPasswordAlone = kind == FleetStoreKind.Redis && user.Length == 1;
        return new FleetAddress(
            kind,
            uri.DnsSafeHost,
            uri.Port > 0 ? uri.Port : kind == FleetStoreKind.Redis ? RedisPort : PostgresPort,
            hasPasswordAlone ? string.Empty : Uri.UnescapeDataString(user[0]),
            hasPasswordAlone ? Uri.UnescapeDataString(user[0]) : user.Length > 1 ? Uri.UnescapeDataString(user[1]) : string.Empty,
            database,
            isSecure);
    }

    /// <summary>Returns what PostgreSQL's driver connects with.</summary>
    public DbConnectionStringBuilder ToConnectionString()
    {
        var connection = new DbConnectionStringBuilder { ["Host"] = Host, ["Port"] = Port };
        foreach (var (key, value) in new[] { ("Username", User), ("Password", Password), ("Database", Database), ("SSL Mode", IsSecure ? "Require" : string.Empty) })
        {
            if (value.Length > 0)
            {
                connection[key] = value;
            }
        }

        return connection;
    }

    // Records may hold a password, which must not come into a log by way of an exception.
    private bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append(Shown);
        return true;
    }

    private static FleetStoreKind? KindOf(string scheme) => scheme switch
    {
        "redis" or "rediss" => FleetStoreKind.Redis,
        "postgres" or "postgresql" => FleetStoreKind.Postgres,
        _ => null,
    };

    private static bool Query(Uri uri, string option) => uri.Query switch
    {
        "" => false,
        "?sslmode=require" => true,
        _ => throw new UsageException($"{option}: of what may stand behind the ?, only sslmode=require is known."),
    };
}

/// <summary>What hosts share.</summary>
internal enum FleetStoreKind
{
    /// <summary>Redis, for finding each other.</summary>
    Redis,

    /// <summary>PostgreSQL, for finding each other and for records.</summary>
    Postgres,
}
