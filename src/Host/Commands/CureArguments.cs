using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Host.Processes;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Host.Trials;
using TrainingDoctor.Host.Trials.Knobs;
using TrainingDoctor.Host.Trials.Running;

namespace TrainingDoctor.Host.Commands;

/// <summary>The options of <c>traindoctor cure</c> for a command of the user's own.</summary>
internal sealed class CureArguments
{
    private readonly Option<string[]> _logs = new("--logs") { Description = "A log that the command writes: a file, a folder or a pattern, with {trial} for the trial's name. Unless given: the recording of a monitor, else what the command prints. Repeatable." };
    private readonly Option<string[]> _knobs = new("--knob")
    {
        Description = "A setting that can be changed from outside: NAME='--lr {value}', NAME=env:LR={value}, NAME=json:FILE:path.to.key, NAME=yaml:FILE:path.to.key or NAME=hydra:path.to.key; "
            + $"NAME:PRESENT=... says what it is now. Names: {string.Join(", ", KnobNames.All)}. Repeatable.",
    };

    private readonly Option<string?> _budget = new("--budget") { Description = FormattableString.Invariant($"What trials may cost: a time (90s, 10m, 2h), or a number of trainings; {TrialBudget.UsualTrainings} trainings unless given.") };
    private readonly Option<int> _jobs = new("--jobs", "-j") { Description = "How many trials run at a time.", DefaultValueFactory = _ => 1 };
    private readonly Option<bool> _copy = new("--copy") { Description = "Run every training in a copy of the current folder. Trials do so anyway when the command writes there." };
    private readonly Option<bool> _noPause = new("--no-pause") { Description = "End trials that are compared and run the better ones again, in place of letting them stand still: frees their memory." };
    private readonly Option<string?> _patience = new("--patience") { Description = "How long a training may print and measure nothing before it is ended; 10m unless given." };
    private readonly Option<int?> _seed = new("--seed") { Description = "Give every training this seed, through its monitor or the knob 'seed'; the program's own unless given." };
    private readonly Option<bool> _noConfirm = new("--no-confirm") { Description = "Do not have a second seed confirm what won." };
    private readonly Option<bool> _noGuess = new("--no-guess") { Description = "Guess no knobs from the command, its configuration files and its --help." };
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Use guessed knobs without asking." };
    private readonly Option<string?> _folder = new("--folder") { Description = "Where trials, logs and reports go; traindoctor-cure/TIME unless given." };
    private readonly Option<string?> _serve = new("--serve") { Description = $"Serve a page with the trials while they run, by default at {LiveAddress.Default}.", Arity = ArgumentArity.ZeroOrOne };
    private readonly LogArguments _reading = new();

    /// <summary>Adds the options to the command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _logs, _knobs, _budget, _jobs, _copy, _noPause, _patience, _seed, _noConfirm, _noGuess, _yes, _folder, _serve })
        {
            command.Options.Add(option);
        }

        _reading.AddTo(command);
    }

    /// <summary>Gets the options that were given though they say nothing of a demo.</summary>
    /// <param name="parsed">The command line.</param>
    public IEnumerable<string> Given(ParseResult parsed) =>
        new Option[] { _logs, _knobs, _budget, _jobs, _copy, _noPause, _patience, _seed, _noConfirm, _noGuess, _yes, _folder, _serve }.Where(option => parsed.GetResult(option) is { Implicit: false }).Select(option => option.Name);

    /// <summary>Reads what is to be cured, and how.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="words">The command that trains.</param>
    /// <param name="report">The report; its rules are those of the trials.</param>
    /// <exception cref="UsageException">A value is wrong, or there is no such command.</exception>
    public CureRequest Read(ParseResult parsed, IReadOnlyList<string> words, ReportRequest report)
    {
        var command = new ForeignCommand(words, Environment.CurrentDirectory);
        command.Check();
        string folder = Path.GetFullPath(parsed.GetValue(_folder) ?? Path.Combine("traindoctor-cure", DateTime.Now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)));
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new UsageException($"--folder: '{folder}' is not empty; expected a folder that is new or empty.");
        }

        string? patience = parsed.GetValue(_patience);
        int jobs = parsed.GetValue(_jobs);
        return new CureRequest(command, folder)
        {
            Logs = parsed.GetValue(_logs) ?? [],
            Reading = _reading.Read(parsed),
            Budget = TrialBudget.Parse(parsed.GetValue(_budget)),
            Jobs = jobs is >= 1 and <= 256 ? jobs : throw new UsageException(FormattableString.Invariant($"--jobs: {jobs} is not between 1 and 256.")),
            Copies = parsed.GetValue(_copy),
            Pauses = TrialProcess.CanPause && !parsed.GetValue(_noPause),
            Patience = patience is null ? TimeSpan.FromMinutes(10) : Duration.Parse(patience) ?? throw new UsageException($"--patience: '{patience}' is not a time; expected e.g. 90s, 10m or 2h."),
            Seed = parsed.GetValue(_seed),
            Confirms = !parsed.GetValue(_noConfirm),
            Search = new RemedyTrialOptions { Rules = report.Rules },
        };
    }

    /// <summary>Reads the knobs that the user names.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="request">What is to be cured.</param>
    /// <exception cref="UsageException">One is of another form, or cannot be set.</exception>
    public IReadOnlyList<Knob> Knobs(ParseResult parsed, CureRequest request)
    {
        var knobs = (parsed.GetValue(_knobs) ?? []).Select(text => KnobCheck.Complete(KnobOption.Parse(text), request.Command, request.Copies)).ToList();
        return knobs.GroupBy(knob => knob.Name).FirstOrDefault(group => group.Count() > 1) is { } twice ? throw new UsageException($"--knob: '{twice.Key}' is given twice.") : knobs;
    }

    /// <summary>Reads where trials are shown.</summary>
    /// <param name="parsed">The command line.</param>
    public (bool IsAsked, string? Address) Page(ParseResult parsed) => (parsed.GetResult(_serve) is { Implicit: false }, parsed.GetValue(_serve));

    /// <summary>Tells whether knobs may be guessed, and used without asking.</summary>
    /// <param name="parsed">The command line.</param>
    public (bool Guesses, bool WithoutAsking) Guessing(ParseResult parsed) => (!parsed.GetValue(_noGuess), parsed.GetValue(_yes));
}
