using System.Collections.Frozen;
using TrainingDoctor.Readers.Formats;

namespace TrainingDoctor.Names;

/// <summary>The words that frameworks and people name their columns with.</summary>
internal static class RoleLexicon
{
    /// <summary>Scores where higher is better, with how much they say of a run as a whole; those above 1,000 are usually of an evaluation.</summary>
    private static readonly FrozenDictionary<string, int> HigherIsBetter = Lexicon.Ranks("scores", "higher");

    /// <summary>Scores where lower is better, with how much they say of a run as a whole.</summary>
    private static readonly FrozenDictionary<string, int> LowerIsBetter = Lexicon.Ranks("scores", "lower");

    /// <summary>Errors that LightGBM evaluates by names that say nothing elsewhere: <c>l2</c> is what a regression has unless something else is asked for.</summary>
    private static readonly FrozenSet<string> ErrorsOfTrees = Lexicon.Words("scores", "ofTrees");

    private static readonly FrozenSet<string> LossWords = Lexicon.Words("losses", "names");

    /// <summary>What is a loss without the word.</summary>
    private static readonly FrozenSet<string> LossesAlone = Lexicon.Words("losses", "alone");

    /// <summary>Words that say how a number was taken, not of what.</summary>
    private static readonly FrozenSet<string> Fillers = Lexicon.Words("remarks", "fillers");

    /// <summary>Words for the whole of a loss.</summary>
    private static readonly FrozenSet<string> Wholes = Lexicon.Words("losses", "wholes");

    /// <summary>Words for a part of a loss, so that what they name is no evaluation set.</summary>
    private static readonly FrozenSet<string> Parts = Lexicon.Words("losses", "parts");

    /// <summary>Criteria that a network is trained by on its own: a loss of their name is the whole, unless another is.</summary>
    private static readonly FrozenSet<string> Criteria = Lexicon.Words("losses", "criteria");

    private static readonly FrozenSet<string> ValidationWords = Lexicon.Words("phases", "val");

    private static readonly FrozenSet<string> TestWords = Lexicon.Words("phases", "test");

    private static readonly FrozenSet<string> TrainWords = Lexicon.Words("phases", "train");

    /// <summary>Words that make of a number a side remark, such as its spread.</summary>
    private static readonly FrozenSet<string> SideRemarks = Lexicon.Words("remarks", "aside");

    private static readonly FrozenSet<string> Networks = Lexicon.Words("tasks", "networks");

    /// <summary>Names of the step, best first.</summary>
    private static readonly string[] Steps = Lexicon.Names("counters", "steps");

    private static readonly string[] Epochs = Lexicon.Names("counters", "epochs");

    /// <summary>Words before "epoch" that say of which, but not of the current one.</summary>
    private static readonly FrozenSet<string> OtherEpochs = Lexicon.Words("counters", "ofOtherEpochs");

    private static readonly string[] Planned = Lexicon.Names("counters", "planned");

    /// <summary>Names of which single words say nothing, with what they mean.</summary>
    private static readonly (string[] Words, string[] Meaning)[] Phrases = [.. Lexicon.Meanings("phrases").Select(pair => (pair.Word.Split(' '), pair.Meaning.Split(' ')))];

    /// <summary>Replaces phrases by what they mean.</summary>
    public static List<string> Spell(List<string> words)
    {
        foreach (var (phrase, meaning) in Phrases)
        {
            for (int i = 0; i + phrase.Length <= words.Count; i++)
            {
                if (words[i] == phrase[0] && words.Skip(i).Take(phrase.Length).SequenceEqual(phrase))
                {
                    words = [.. words.Take(i), .. meaning, .. words.Skip(i + phrase.Length)];
                    break;
                }
            }
        }

        return words;
    }

    public static bool IsScoreOrLoss(string word) =>
        LossWords.Contains(word) || HigherIsBetter.ContainsKey(word) || LowerIsBetter.ContainsKey(word) || word is "lr";

    public static bool IsLoss(string word) => LossWords.Contains(word);

    /// <summary>Tells whether words name a loss without the word.</summary>
    public static bool IsLossAlone(string words) => LossesAlone.Contains(words);

    /// <summary>Tells whether a word is an error that boosted trees are evaluated by, and means something else or nothing in other logs.</summary>
    public static bool IsErrorOfTrees(string word) => ErrorsOfTrees.Contains(word);

    /// <summary>pix2pix and CycleGAN name what the generator and the discriminators lose <c>G_GAN</c>, <c>D_real</c>, <c>cycle_A</c>.</summary>
    public static bool IsAdversarialLoss(IReadOnlyList<string> words) =>
        words is ["g" or "d", "gan" or "real" or "fake" or "adv" or "a" or "b" or "l1"] or ["cycle" or "idt", "a" or "b"];

    public static bool IsFiller(string word) => Fillers.Contains(word) || IsNumber(word);

    public static bool IsCriterion(string words) => Criteria.Contains(words);

    public static bool IsWhole(string word) => Wholes.Contains(word);

    public static bool IsPart(string word) => Parts.Contains(word) || (word.Length > 1 && char.IsAsciiDigit(word[^1]) && Parts.Contains(word.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9')));

    public static bool IsSideRemark(string word) => SideRemarks.Contains(word);

    /// <summary>Tells whether a word names a whole network of several that train together.</summary>
    public static bool IsNetwork(string word) => Networks.Contains(word);

    public static bool IsOfAnotherEpoch(string word) => OtherEpochs.Contains(word);

    public static bool IsNumber(string word) => word.All(char.IsAsciiDigit);

    /// <summary>Gets the words for scores where higher is better, each with how much it says of a run as a whole, by their order.</summary>
    public static IEnumerable<KeyValuePair<string, int>> HigherScores => HigherIsBetter.OrderBy(pair => pair.Key, StringComparer.Ordinal);

    /// <summary>Gets the words for scores where lower is better, in the same way.</summary>
    public static IEnumerable<KeyValuePair<string, int>> LowerScores => LowerIsBetter.OrderBy(pair => pair.Key, StringComparer.Ordinal);

    public static int HigherRank(string word) => HigherIsBetter.GetValueOrDefault(word);

    public static int LowerRank(string word) => LowerIsBetter.GetValueOrDefault(word);

    /// <summary>Ranks a name of the step; 0 when it is none. <c>_step</c> of Weights and Biases comes before all.</summary>
    public static int StepRank(string name, string joined) => name == "_step" ? 200 : Rank(Steps, joined);

    public static int EpochRank(string joined) => Rank(Epochs, joined);

    public static bool IsPlanned(string joined) => Array.IndexOf(Planned, joined) >= 0;

    public static ColumnPhase PhaseOf(string word) =>
        TrainWords.Contains(word) ? ColumnPhase.Train
        : ValidationWords.Contains(word) ? ColumnPhase.Validation
        : TestWords.Contains(word) ? ColumnPhase.Test
        : ColumnPhase.Unknown;

    private static int Rank(string[] names, string name)
    {
        int index = Array.IndexOf(names, name);
        return index < 0 ? 0 : 100 - index;
    }
}
