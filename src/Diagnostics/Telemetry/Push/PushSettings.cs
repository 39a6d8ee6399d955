namespace TrainingDoctor.Telemetry.Push;

/// <summary>How telemetry is pushed.</summary>
internal sealed record PushSettings
{
    /// <summary>The environment variable that holds the token.</summary>
    public const string TokenVariable = "TRAINDOCTOR_TOKEN";

    /// <summary>Gets what the host asks for; null for no token.</summary>
    public string? Token { get; init; }

    /// <summary>Gets how many bytes may wait.</summary>
    public int Capacity { get; init; } = 16 << 20;

    /// <summary>Gets how many bytes are sent at a time, unless a single line is longer.</summary>
    public int BatchLength { get; init; } = 256 * 1024;

    /// <summary>Gets how long a line waits for others to be sent with.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Gets how long a host may take to answer.</summary>
    public TimeSpan AnswerTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets the first pause after a failure; it doubles with each further one.</summary>
    public TimeSpan ShortestPause { get; init; } = TimeSpan.FromSeconds(0.25);

    /// <summary>Gets the longest pause after failures.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets the pause after a host has refused the token, and the longest pause that a host may ask for.</summary>
    public TimeSpan RefusedPause { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets how long the end of a run waits for what is not delivered yet.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets from how many bytes on a body is compressed; null for never.</summary>
    public int? CompressFrom { get; init; }

    /// <summary>Gets the clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Gets what spreads pauses, so that many runs do not come back at the same moment: a number from 0 to 1.</summary>
    public Func<double> Jitter { get; init; } = Random.Shared.NextDouble;

    /// <summary>Gets the settings for an address.</summary>
    /// <exception cref="ArgumentException">The token in the environment cannot be sent.</exception>
    public static PushSettings For(PushAddress address)
    {
        string? token = Environment.GetEnvironmentVariable(TokenVariable)?.Trim();
        if (token is { Length: > 0 } && token.Any(letter => letter is <= ' ' or > '~'))
        {
            throw new ArgumentException($"The environment variable {TokenVariable} holds no token: expected visible ASCII characters without spaces.");
        }

        // Within one machine bytes need no network: the host is spared the unpacking.
        return new PushSettings { Token = string.IsNullOrEmpty(token) ? null : token, CompressFrom = address.IsLoopback ? null : 4096 };
    }
}
