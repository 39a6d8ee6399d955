using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using TrainingDoctor.Host.Live.Security;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Host.Watch;

namespace TrainingDoctor.Host.Live;

/// <summary>How runs are served: from the section <c>traindoctor</c> of <c>appsettings.json</c>, then the environment (<c>TRAINDOCTOR_TOKEN</c>), then the command line.</summary>
internal sealed class LiveOptions
{
    /// <summary>The section of <c>appsettings.json</c>.</summary>
    public const string SectionName = "traindoctor";

    /// <summary>What the environment variables begin with.</summary>
    public const string EnvironmentPrefix = "TRAINDOCTOR_";

    private const string File = "appsettings.json";

    /// <summary>Gets the address to listen at.</summary>
    public string Address { get; init; } = LiveAddress.Default;

    /// <summary>Gets the secret that requests must show; null for none, which only an address of this machine allows.</summary>
    [MinLength(16, ErrorMessage = $"{EnvironmentPrefix}TOKEN, or token in {File}: expected 16 characters or more.")]
    public string? Token { get; init; }

    /// <summary>Gets the secret of requests that look at runs and push none; null for none beside <see cref="Token"/>, without which it means nothing.</summary>
    [MinLength(16, ErrorMessage = $"{EnvironmentPrefix}READTOKEN, or readToken in {File}: expected 16 characters or more.")]
    public string? ReadToken { get; init; }

    /// <summary>Gets the secrets of projects, by their names: in <c>appsettings.json</c>, or in variables such as <c>TRAINDOCTOR_PROJECTS__vision__TOKEN</c>.</summary>
    public Dictionary<string, ProjectTokens> Projects { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Gets the file of the certificate, PEM or PKCS#12, with which the host speaks TLS; null for none.</summary>
    public string? Certificate { get; init; }

    /// <summary>Gets the file of the certificate's private key, PEM; null where the certificate's own file holds it.</summary>
    public string? CertificateKey { get; init; }

    /// <summary>Gets what the private key is encrypted with; null for nothing. It has no option, since others see command lines.</summary>
    public string? CertificatePassword { get; init; }

    /// <summary>Gets where hosts that share their runs find each other: <c>redis://…</c> or <c>postgres://…</c>; null for a host of its own.</summary>
    public string? Cluster { get; init; }

    /// <summary>Gets the address and port at which the other hosts of a cluster reach this one; null for the address that it listens at and a port 10,000 higher.</summary>
    public string? ClusterAddress { get; init; }

    /// <summary>Gets the folders of which the hosts of a cluster diagnose logs for <c>traindoctor diagnose --cluster</c>, between them the system's separator of paths; null for none.</summary>
    public string? Logs { get; init; }

    /// <summary>Gets how many seconds a run of a cluster stays in memory after its last line.</summary>
    [Range(1, 86_400)]
    public int IdleSeconds { get; init; } = 120;

    /// <summary>Gets the folder in which received telemetry is kept, or of hosts that share their runs the database, <c>postgres://…</c>; null for none.</summary>
    public string? Record { get; init; }

    /// <summary>Gets how many bytes of telemetry are kept of each run.</summary>
    [Range(1024 * 1024, long.MaxValue)]
    public long RecordLimit { get; init; } = 1L << 30;

    /// <summary>Gets how many received runs are held at a time: no more than the board shows.</summary>
    [Range(1, RunBoard.DefaultCapacity)]
    public int MaxRuns { get; init; } = RunBoard.DefaultCapacity;

    /// <summary>Gets how many pages and consoles may follow the events at a time.</summary>
    [Range(1, 100_000)]
    public int MaxStreams { get; init; } = 100;

    /// <summary>Gets how many bytes a body may have, unpacked.</summary>
    [Range(64 * 1024, 1 << 30)]
    public int MaxBodyBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Gets how many requests one machine may make in a second, on average.</summary>
    [Range(1, 1_000_000)]
    public int RequestsPerSecond { get; init; } = 5000;

    /// <summary>Reads the options, and with them what a host's configuration says beside (log levels, for instance).</summary>
    /// <param name="address">The address of the command line; null when it named none.</param>
    /// <param name="record">The folder of the command line; null when it named none.</param>
    /// <param name="certificate">The files of the certificate and its key of the command line; null where it named none.</param>
    /// <param name="cluster">The cluster of the command line; null when it named none.</param>
    /// <exception cref="UsageException">A key is unknown, or a value is not of its kind or out of bounds.</exception>
    public static (LiveOptions Options, IConfiguration Configuration) Load(string? address, string? record, (string? File, string? Key) certificate = default, string? cluster = null)
    {
        try
        {
            var commandLine = new Dictionary<string, string?>();
            Add(commandLine, nameof(Address), address);
            Add(commandLine, nameof(Record), record);
            Add(commandLine, nameof(Cluster), cluster);
            Add(commandLine, nameof(Certificate), certificate.File);
            Add(commandLine, nameof(CertificateKey), certificate.Key);
            var file = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(File), optional: true, reloadOnChange: false).Build();
            var section = file.GetSection(SectionName);
            CheckKeys(section, typeof(LiveOptions));
            // An empty variable is how shells unset one.
            var merged = new ConfigurationBuilder().AddConfiguration(section).AddEnvironmentVariables(EnvironmentPrefix).AddInMemoryCollection(commandLine).Build();
            // Blanks about a token, from a file or a shell, never reach a header: what would be compared must be what can be shown.
            foreach (string name in new[] { nameof(Token), nameof(ReadToken) })
            {
                merged[name] = merged[name] is { Length: > 0 } token ? token.Trim() : null;
            }

            foreach (var project in merged.GetSection(nameof(Projects)).GetChildren())
            {
                CheckKeys(project, typeof(ProjectTokens));
                foreach (string name in new[] { nameof(ProjectTokens.Token), nameof(ProjectTokens.ReadToken) })
                {
                    project[name] = project[name] is { Length: > 0 } token ? token.Trim() : null;
                }
            }

            if (merged[nameof(ReadToken)] is not null && merged[nameof(Token)] is null)
            {
                throw new UsageException($"{EnvironmentPrefix}READTOKEN, or readToken in {File}: it is for those who look; name the token of those who push as well.");
            }

            if (merged[nameof(Address)] is null && !string.IsNullOrEmpty(merged[nameof(Certificate)]))
            {
                merged[nameof(Address)] = LiveAddress.SecureDefault;
            }

            var options = merged.Get<LiveOptions>() ?? new LiveOptions();
            var faults = new List<ValidationResult>();
            if (!Validator.TryValidateObject(options, new ValidationContext(options), faults, validateAllProperties: true))
            {
                throw new UsageException(string.Join(" ", faults.Select(fault => Told(fault, merged))));
            }

            ProjectTokens.Check(options);
            return (options, file);
        }
        catch (InvalidDataException exception)
        {
            throw new UsageException($"{File}: {exception.GetBaseException().Message}");
        }
        catch (InvalidOperationException exception)
        {
            // A token is a text and always fits, so that none can stand in this message.
            throw new UsageException($"{File} or environment: {exception.Message}");
        }
    }

    /// <summary>Says where a value that is out of bounds may stand, and what it is. Texts are not shown: some are tokens.</summary>
    private static string Told(ValidationResult fault, IConfiguration merged) =>
        fault.MemberNames.FirstOrDefault() is { } name && typeof(LiveOptions).GetProperty(name)?.PropertyType.IsValueType == true
            ? $"{char.ToLowerInvariant(name[0])}{name[1..]} in {File}, or {EnvironmentPrefix}{name.ToUpperInvariant()}: '{merged[name]}'; {fault.ErrorMessage}"
            : fault.ErrorMessage!;

    private static void CheckKeys(IConfigurationSection section, Type options)
    {
        string[] known = [.. options.GetProperties().Select(property => property.Name)];
        foreach (var child in section.GetChildren().Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            throw new UsageException($"{File}: unknown key '{child.Path}'; did you mean '{NearestName.Of(child.Key, known)}'?");
        }
    }

    private static void Add(Dictionary<string, string?> values, string key, string? value)
    {
        if (value is not null)
        {
            values.Add(key, value);
        }
    }
}
