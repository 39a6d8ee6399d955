using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace TrainingDoctor.Tests.Fleet;

/// <summary>Debian's Redis and PostgreSQL, started on free ports below a temporary folder, and ended with it.</summary>
public sealed class FleetServices : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor-fleet").FullName;
    private readonly int _redisPort = FreePort.Next();
    private readonly int _postgresPort = FreePort.Next();
    private Process? _redis;
    private Process? _postgres;
    private int _databases;

    /// <summary>Gets why they cannot be started here; null when they can.</summary>
    public static string? Missing { get; } = !OperatingSystem.IsLinux() ? "Hosts of a fleet are tested on Linux."
        : Redis is null || Programs is null ? "redis-server or PostgreSQL was not found; install the packages redis-server and postgresql."
        : null;

    /// <summary>Gets where Redis answers, with a database of its own for each who asks.</summary>
    public string RedisAddress => FormattableString.Invariant($"redis://127.0.0.1:{_redisPort}/{Interlocked.Increment(ref _databases) % 16}");

    private static string? Redis => new[] { "/usr/bin/redis-server", "/usr/local/bin/redis-server" }.FirstOrDefault(File.Exists);

    private static string? Programs => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault()
        : null;

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its address.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        string name = FormattableString.Invariant($"fleet{Interlocked.Increment(ref _databases)}");
        await using var source = NpgsqlDataSource.Create(ConnectionString("postgres"));
        await using var command = source.CreateCommand($"CREATE DATABASE {name}");
        await command.ExecuteNonQueryAsync();
        return FormattableString.Invariant($"postgres://doctor@127.0.0.1:{_postgresPort}/{name}");
    }

    /// <summary>Ends Redis as its service does, and starts it anew.</summary>
    /// <param name="absence">How long it is away.</param>
    public async Task RestartRedisAsync(TimeSpan absence)
    {
        Signal(_redis!, "TERM");
        await _redis!.WaitForExitAsync().WaitAsync(Patience);
        await Task.Delay(absence);
        _redis = StartRedis();
        await ReachAsync(_redisPort);
    }

    /// <summary>Ends PostgreSQL at once, as its service does where there is no time.</summary>
    public async Task StopPostgresAsync()
    {
        Signal(_postgres!, "QUIT");
        await _postgres!.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>Starts PostgreSQL anew, after <see cref="StopPostgresAsync"/>.</summary>
    public async Task StartPostgresAsync()
    {
        _postgres = StartPostgres();
        NpgsqlConnection.ClearAllPools();
        await AnswerAsync();
    }

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (Missing is not null)
        {
            return;
        }

        // PostgreSQL does not run as root; the folder is its own user's then.
        Run("chmod", "755", _folder);
        string data = Directory.CreateDirectory(Path.Combine(_folder, "postgres")).FullName;
        if (Environment.IsPrivilegedProcess)
        {
            Run("chown", "postgres", data);
        }

        _redis = StartRedis();
        var (program, arguments) = Command("initdb", "-D", Path.Combine(data, "data"), "-A", "trust", "-U", "doctor", "--no-sync");
        Run(program, arguments);
        await StartPostgresAsync();
        await ReachAsync(_redisPort);
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        foreach (var (process, signal) in new[] { (_redis, "KILL"), (_postgres, "QUIT") })
        {
            if (process is { HasExited: false })
            {
                Signal(process, signal);
                await process.WaitForExitAsync().WaitAsync(Patience);
            }

            process?.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static void Signal(Process process, string signal) => Run("/bin/kill", "-" + signal, FormattableString.Invariant($"{process.Id}"));

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}:\n{output.Result}{error}");
    }

    /// <summary>Makes the command of a program of PostgreSQL. setpriv puts no process between, so that signals reach it.</summary>
    private static (string Program, string[] Arguments) Command(string name, params string[] arguments)
    {
        string program = Path.Combine(Programs!, name);
        return Environment.IsPrivilegedProcess
            ? ("setpriv", ["--reuid", "postgres", "--regid", "postgres", "--clear-groups", program, .. arguments])
            : (program, arguments);
    }

    private static async Task ReachAsync(int port)
    {
        long begun = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (Stopwatch.GetElapsedTime(begun) < Patience)
            {
                await Task.Delay(50);
            }
        }
    }

    private string ConnectionString(string database) => FormattableString.Invariant($"Host=127.0.0.1;Port={_postgresPort};Username=doctor;Database={database};Timeout=5");

    /// <summary>It listens a moment before it answers.</summary>
    private async Task AnswerAsync()
    {
        long begun = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await using var source = NpgsqlDataSource.Create(ConnectionString("postgres"));
                await using var command = source.CreateCommand("SELECT 1");
                await command.ExecuteScalarAsync();
                return;
            }
            catch (NpgsqlException) when (Stopwatch.GetElapsedTime(begun) < Patience)
            {
                await Task.Delay(50);
            }
        }
    }

    private Process StartRedis() => Start(Redis!, ["--port", FormattableString.Invariant($"{_redisPort}"), "--bind", "127.0.0.1", "--dir", _folder, "--appendonly", "yes", "--save", string.Empty]);

    private Process StartPostgres()
    {
        // Processes are killed here, not machines: what was written is there without being synced, and a beginning anew need not wait for the disk.
        var (program, arguments) = Command(
            "postgres", "-F", "-D", Path.Combine(_folder, "postgres", "data"), "-p", FormattableString.Invariant($"{_postgresPort}"), "-k", Path.Combine(_folder, "postgres"), "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200");
        return Start(program, arguments);
    }

    private Process Start(string program, string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}

/// <summary>The tests that share one Redis and one PostgreSQL.</summary>
[CollectionDefinition(Name)]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1711", Justification = "What xunit calls it.")]
public sealed class FleetCollection : ICollectionFixture<FleetServices>
{
    /// <summary>What the tests name.</summary>
    public const string Name = "fleet";
}

/// <summary>A test that needs Redis and PostgreSQL; skipped where they are not installed, unless <c>TRAINDOCTOR_REQUIRE_FLEET</c> is set.</summary>
internal sealed class FleetFactAttribute : FactAttribute
{
    public FleetFactAttribute() => Skip = TestEnvironment.Read("REQUIRE_FLEET") is null ? FleetServices.Missing : null;
}

/// <summary>As <see cref="FleetFactAttribute"/>, with data.</summary>
internal sealed class FleetTheoryAttribute : TheoryAttribute
{
    public FleetTheoryAttribute() => Skip = TestEnvironment.Read("REQUIRE_FLEET") is null ? FleetServices.Missing : null;
}
