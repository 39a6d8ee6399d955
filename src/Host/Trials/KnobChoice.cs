using Spectre.Console;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Host.Trials.Knobs;
using TrainingDoctor.Host.Trials.Running;

namespace TrainingDoctor.Host.Trials;

/// <summary>Decides which knobs may be used: those that the user named, those that the command sets already, and guesses that the user has seen and agreed to.</summary>
/// <param name="named">The knobs that the user named.</param>
/// <param name="request">What is to be cured.</param>
/// <param name="terminal">Where guesses are shown.</param>
internal sealed class KnobChoice(IReadOnlyList<Knob> named, CureRequest request, Terminal terminal)
{
    /// <summary>Gets a value indicating whether knobs may be guessed.</summary>
    public bool Guesses { get; init; } = true;

    /// <summary>Gets a value indicating whether guesses are used without asking.</summary>
    public bool WithoutAsking { get; init; }

    /// <summary>Gets what is told a line.</summary>
    public required Action<string> Say { get; init; }

    /// <summary>Chooses the knobs.</summary>
    /// <param name="help">Asks the program for its help; null where it has a monitor, so that it need not be asked.</param>
    public IReadOnlyList<Knob> Choose(Func<string>? help)
    {
        if (!Guesses)
        {
            return named;
        }

        var sure = Further(KnobGuesses.OfCommand(request.Command.Words), named);
        var known = named.Concat(sure).ToList();
        var files = Further(KnobGuesses.OfFiles(request.Command.Words, request.Command.Folder), known);
        var asked = help is null ? [] : Further(HelpText.Read(help()), [.. known, .. files]);
        Show("from the command", sure);
        return [.. known, .. Agreed([.. files, .. asked])];
    }

    private static List<Knob> Further(IReadOnlyList<Knob> knobs, IReadOnlyList<Knob> known) => [.. knobs.Where(knob => known.All(other => other.Name != knob.Name))];

    private IReadOnlyList<Knob> Agreed(IReadOnlyList<Knob> guesses)
    {
        if (guesses.Count == 0)
        {
            return [];
        }

        Show("guessed", guesses);
        if (WithoutAsking)
        {
            return guesses;
        }

        if (!terminal.IsInteractive || Console.IsInputRedirected)
        {
            Say("guessed knobs are not used unless --yes is given; --knob names them one by one.");
            return [];
        }

        return terminal.ErrorConsole.Confirm("Use these?") ? guesses : [];
    }

    private void Show(string origin, IReadOnlyList<Knob> knobs)
    {
        foreach (var knob in knobs)
        {
            Say($"knob {origin}{(knob.GuessedFrom is { } source && origin == "guessed" ? $" from {source}" : string.Empty)}: {knob.Name}='{knob.Target}'{(knob.Present is { } present ? $", now {present}" : string.Empty)}");
        }
    }
}
