using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;

namespace TrainingDoctor.Readers.Printed;

/// <summary>What the words before numbers of printed lines mean; the same few come again and again.</summary>
/// <param name="known">Takes what was found out, for all that read the log.</param>
internal sealed class TextRoles(ConcurrentDictionary<string, ColumnRole> known)
{
    /// <summary>More words than a log of a training has; beyond them nothing is remembered.</summary>
    public const int MaximumLabels = 4096;

    /// <summary>Names that only printed lines have, with what they stand for.</summary>
    private static readonly FrozenDictionary<string, string> Synonyms = Lexicon.Meanings("printed", "meanings").ToFrozenDictionary(pair => pair.Word, pair => pair.Meaning);

    private static readonly FrozenSet<string> Verbs = Lexicon.Words("printed", "verbs");

    private static readonly FrozenSet<string> Prepositions = Lexicon.Words("printed", "prepositions");

    private static readonly FrozenSet<string> Units = Lexicon.Words("printed", "units");

    private static readonly FrozenSet<string> Rates = Lexicon.Words("printed", "rates");

    private static readonly FrozenSet<string> Endings = Lexicon.Words("printed", "endings");

    private static readonly FrozenSet<string> Levels = Lexicon.Words("printed", "levels");

    private static readonly FrozenSet<string> Types = Lexicon.Words("printed", "types");

    private static readonly FrozenSet<string> Months = Lexicon.Words("printed", "months");

    private static readonly FrozenSet<string> Abbreviations = Lexicon.Words("printed", "abbreviated");

    private static readonly FrozenSet<string> Beside = Lexicon.Words("printed", "besideCounters");

    private static readonly FrozenSet<string> Conjunctions = Lexicon.Words("printed", "conjunctions");

    private static readonly FrozenSet<string> Latest = Lexicon.Words("printed", "latest");

    private static readonly FrozenSet<string> Leading = Lexicon.Words("printed", "leading");

    private readonly Dictionary<string, ColumnRole> _roles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Counter, string Subject)?> _splits = new(StringComparer.Ordinal);

    /// <summary>Tells the role that words give a number.</summary>
    public ColumnRole Of(string label)
    {
        if (label.Length == 0)
        {
            return ColumnRole.None;
        }

        if (!_roles.TryGetValue(label, out var role))
        {
            role = Judge(label);
            if (_roles.Count < MaximumLabels)
            {
                _roles.Add(label, role);
                known.TryAdd(label, role);
            }
        }

        return role;
    }

    /// <summary>Takes words apart that name a measurement and where it was taken: <c>cost after iteration</c>.</summary>
    public (string Counter, string Subject)? SplitCounter(string label)
    {
        if (!label.Contains(' '))
        {
            return null;
        }

        if (!_splits.TryGetValue(label, out var split))
        {
            string[] words = label.Split(' ');
            for (int i = words.Length - 2; i > 0 && split is null; i--)
            {
                string counter = string.Join(' ', words[(i + 1)..]);
                string subject = string.Join(' ', words[..i]);
                if (Prepositions.Contains(words[i].ToLowerInvariant()) && words[i + 1] is not ("this" or "each" or "every" or "one" or "whole") && Judge(counter).Kind is RoleKind.Step or RoleKind.Epoch)
                {
                    string joined = string.Join(' ', ColumnName.Words(label));
                    subject = Synonyms.TryGetValue(joined, out string? meant) ? meant : subject;
                    split = Judge(subject).Kind == RoleKind.Metric ? (counter, subject) : null;
                }
            }

            if (_splits.Count < MaximumLabels)
            {
                _splits.Add(label, split);
            }
        }

        return split;
    }

    /// <summary>Tells the phase that words say which name no number: that of the first, or of any beside a counter, as in <c>Epoch(val)</c>.</summary>
    public static ColumnPhase PhaseOfHeading(List<string> words)
    {
        var first = RoleLexicon.PhaseOf(words[0]);
        if (first != ColumnPhase.Unknown || words.Count == 1)
        {
            return first;
        }

        // "I Finished validating epoch 3 on dev.csv".
        if (words[^1] == "epoch" && words.Find(FieldLine.IsPhase) is { } of)
        {
            return RoleLexicon.PhaseOf(of);
        }

        // "on val:", "for the test set:".
        int named = words.FindIndex(word => !Prepositions.Contains(word) && word is not "the");
        if (named > 0 && RoleLexicon.PhaseOf(words[named]) is not ColumnPhase.Unknown and var told && (named == words.Count - 1 || (named == words.Count - 2 && words[^1] is "set" or "data" or "split")))
        {
            return told;
        }

        // "Eval begin", "Epoch val".
        int phase = words.FindIndex(word => RoleLexicon.PhaseOf(word) != ColumnPhase.Unknown);
        return phase > 0 && words.Count == 2 && (RoleLexicon.EpochRank(words[0]) > 0 || words[0] is "start" or "begin" or "running") ? RoleLexicon.PhaseOf(words[phase]) : ColumnPhase.Unknown;
    }

    /// <summary>Finds what is counted, and how far, in a word such as <c>epoch_3</c>, <c>E03</c> or <c>ckpt_epoch3</c>.</summary>
    /// <param name="word">The word.</param>
    /// <param name="isBehindEpoch">Whether an epoch stands before it: then a letter is enough for a step, as in <c>E1 S200</c>.</param>
    public static (string Name, double Count)? CounterIn(string word, bool isBehindEpoch = false)
    {
        string name = word.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        var digits = word.AsSpan(name.Length);
        return digits.Length is 0 or > 15 ? null
            : LastWord(name) switch
            {
                "ep" or "epoch" => ("epoch", double.Parse(digits, CultureInfo.InvariantCulture)),
                "e" when name.Length == 1 || name[1] == '_' => ("epoch", double.Parse(digits, CultureInfo.InvariantCulture)),
                "s" or "b" or "i" when isBehindEpoch && name.Length == 1 => ("step", double.Parse(digits, CultureInfo.InvariantCulture)),
                "step" or "iter" or "iteration" => ("step", double.Parse(digits, CultureInfo.InvariantCulture)),
                _ => null,
            };
    }

    private static string LastWord(string name)
    {
        string joined = name.TrimEnd('_').ToLowerInvariant();
        return joined[(joined.LastIndexOf('_') + 1)..];
    }

    /// <summary>What words mean that stand behind their number.</summary>
    public static string BehindNumber(string label, bool isPercent) => label switch { "rate" => "lr", "avg" => "avg loss", "correct" or "right" when isPercent => "accuracy", _ => label };

    /// <summary>Tells whether a word joins a measurement and where it was taken.</summary>
    public static bool IsPreposition(string word) => Prepositions.Contains(word.ToLowerInvariant());

    /// <summary>Tells whether a word stands between two names for two numbers.</summary>
    public static bool IsConjunction(string word) => Conjunctions.Contains(word);

    /// <summary>Tells whether a word says of a number beside what was best that it is the one of now.</summary>
    public static bool SaysNow(string word) => Latest.Contains(word.ToLowerInvariant());

    /// <summary>Tells whether words only join a name and its number.</summary>
    public static bool IsVerb(string label) => Verbs.Contains(label.ToLowerInvariant());

    /// <summary>Tells whether a number behind a word may be in the midst of a name.</summary>
    public static bool LeadsOn(string word) => Leading.Contains(word.ToLowerInvariant());

    /// <summary>Tells whether a word behind a counter only says that what was counted is over: <c>3epoch results</c>.</summary>
    public static bool IsEnding(string word) => Endings.Contains(word);

    /// <summary>Tells whether words name a set of a phase, and nothing measured: <c>VALID SET 0</c>.</summary>
    public static bool IsSetOfPhase(string label) => ColumnName.Words(label) is { Count: > 0 and < 4 } words && words.Take(Math.Max(1, words.Count - 1)).All(word => RoleLexicon.PhaseOf(word) != ColumnPhase.Unknown) && words[^1] is "set" or "subset" or "dataset" or "split" or "data";

    /// <summary>Tells whether words before a counter may be a heading: <c>Test batch 3/97</c> is of an evaluation, <c>Validation Checks 0/6</c> only counts.</summary>
    public static bool MayHeadCounter(string label) => !ColumnName.Words(label).Exists(word => word is "checks" or "check" or "patience" or "failures" or "fails" or "counter" or "improvements");

    /// <summary>Tells whether a word is a logger's level.</summary>
    public static bool IsLevel(string word) => Levels.Contains(word);

    /// <summary>Tells whether a word is the type that a language writes around a number: <c>loss: tensor(2.3, device='cuda:0')</c>, <c>'loss': np.float64(2.3)</c>, <c>loss: Some(2.3)</c>.</summary>
    public static bool IsTypeOfNumber(string word) => Types.Contains(word);

    /// <summary>Tells whether a point behind a word is that of an abbreviation within a name: <c>Grad. Norm: 4.2</c>.</summary>
    public static bool IsAbbreviation(string word) => word.ToLowerInvariant() is var written && (Abbreviations.Contains(written) || RoleLexicon.IsPart(written));

    /// <summary>Tells whether a word is the short name of a month.</summary>
    public static bool IsMonth(string word) => Months.Contains(word);

    /// <summary>Tells whether a word behind a number is its unit.</summary>
    public static bool IsUnit(string word) => Units.Contains(word) || (word.IndexOf('/') is > 0 and var slash && Rates.Contains(word[(slash + 1)..]));

    /// <summary>Leaves out what joins a name and its number.</summary>
    public static string WithoutVerbs(string label)
    {
        while (label.LastIndexOf(' ') is > 0 and var blank && label.AsSpan(blank + 1) is "is" or "was" or "became" or "or" or "infinite" or "reached" or "are" or "got" or "turned" or "equals")
        {
            label = label[..blank];
        }

        return label;
    }

    /// <summary>Tells whether words say that there is no NaN, or how NaN is counted.</summary>
    public static bool DeniesNaN(string label) => label.Length == 0 || ColumnName.Words(label).Exists(word => word is "no" or "not" or "number" or "num" or "without" or "of" or "skip" or "if" or "check" or "contains" or "are");

    private static ColumnRole Judge(string label)
    {
        if (TextAsides.IsPlace(label))
        {
            return ColumnRole.None;
        }

        var role = ColumnClassifier.Classify(label);
        if (role.Kind != RoleKind.None)
        {
            return role;
        }

        if (label.LastIndexOf(" to ", StringComparison.Ordinal) is > 0 and var to && ColumnClassifier.Classify(label[(to + 4)..]) is { Kind: RoleKind.Metric } aim)
        {
            // "Decay learning rate to lr: 9e-5".
            return aim;
        }

        var words = ColumnName.Words(label);
        if (Synonyms.TryGetValue(string.Join(' ', words), out string? meant))
        {
            return ColumnClassifier.Classify(meant);
        }

        // "Batch Status: 6400/60000", "iter no. 5": a counter and that it is one.
        if (words is [var counted, "status" or "progress" or "no" or "nr" or "number" or "index" or "id" or "idx"] && ColumnClassifier.Classify(counted) is { Kind: RoleKind.Step or RoleKind.Epoch } told)
        {
            return told;
        }

        // "LSTM_2 Epoch 3": whatever stands before it, it counts epochs, unless it is about another one.
        if (words is [.. var before, "epoch"] && !before.Exists(word => RoleLexicon.IsOfAnotherEpoch(word) || RoleLexicon.IsSideRemark(word)))
        {
            return new ColumnRole(RoleKind.Epoch);
        }

        // "Train Epoch", "Epoch(val)", "Learning iteration", "Evaluation at step": a counter beside words that say of what.
        bool isEpoch = words.Contains("epoch") || words.Contains("pass");
        bool isPlaced = words.Exists(Prepositions.Contains);
        int spared = words.RemoveAll(word => RoleLexicon.PhaseOf(word) is var phase && (phase == ColumnPhase.Train || ((isEpoch || isPlaced) && phase != ColumnPhase.Unknown)) || Prepositions.Contains(word) || Beside.Contains(word));
        string rest = string.Join(' ', words);
        return spared > 0 && words.Count > 0 && ColumnClassifier.Classify(Synonyms.GetValueOrDefault(rest, rest)) is { Kind: RoleKind.Step or RoleKind.Epoch } counter ? counter : ColumnRole.None;
    }
}
