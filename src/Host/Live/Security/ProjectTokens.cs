using TrainingDoctor.Host.Receiving;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Live.Security;

/// <summary>The tokens of one project: who pushes with its token has runs of the project, and who looks with either sees these and no others.</summary>
internal sealed class ProjectTokens
{
    private const int Shortest = 16;

    /// <summary>Gets the secret of those who push runs of the project, and look at them.</summary>
    public string? Token { get; init; }

    /// <summary>Gets the secret of those who only look; null for none.</summary>
    public string? ReadToken { get; init; }

    /// <summary>Makes sure that tokens can be told from each other.</summary>
    /// <param name="options">The options.</param>
    /// <exception cref="UsageException">A project has a name that no run could begin with, a token is missing or short, or two are the same. No message repeats one.</exception>
    public static void Check(LiveOptions options)
    {
        if (options.Projects.Count > 0 && options.Token is null)
        {
            throw new UsageException($"{LiveOptions.EnvironmentPrefix}PROJECTS, or projects: name the token of those who may see all runs as well ({LiveOptions.EnvironmentPrefix}TOKEN).");
        }

        var known = new HashSet<string>(new[] { options.Token, options.ReadToken }.OfType<string>(), StringComparer.Ordinal);
        foreach (var (name, tokens) in options.Projects)
        {
            if (!RunName.IsValid(name))
            {
                throw new UsageException($"projects: '{name}' cannot be a project's name; expected 1 to 64 letters, digits, - and _.");
            }

            if (tokens.Token is null)
            {
                throw new UsageException($"projects: '{name}' has no token; expected one for those who push its runs.");
            }

            foreach (string token in new[] { tokens.Token, tokens.ReadToken }.OfType<string>())
            {
                if (token.Length < Shortest)
                {
                    throw new UsageException(FormattableString.Invariant($"projects: a token of '{name}' is short; expected {Shortest} characters or more."));
                }

                if (!known.Add(token))
                {
                    throw new UsageException($"projects: a token of '{name}' is somebody else's as well; expected each to be another.");
                }
            }
        }
    }
}
