using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TrainingDoctor.Analyzers.Torch;

/// <summary>The identifiers of each file, read once: a file without a word of training costs no more than that.</summary>
internal sealed class SourceWords
{
    private static readonly HashSet<string> Torch =
    [
        "TorchSharp", "torch", "nn", "optim", "functional", "Tensor", "Module", "Parameter", "RegisterComponents", "TrainingMonitor",
        "backward", "step", "zero_grad", "eval", "train", "no_grad", "inference_mode", "call", "forward",
    ];

    private readonly ConcurrentDictionary<SyntaxTree, HashSet<string>> _words = new();
    private readonly Lazy<HashSet<string>> _trainingMethods;

    /// <summary>Begins without having read anything.</summary>
    /// <param name="compilation">The files.</param>
    public SourceWords(Compilation compilation) => _trainingMethods = new(() => TrainingMethodNames.Find([.. compilation.SyntaxTrees], this));

    /// <summary>Gets the names of the project's methods that do something to a training run, themselves or one call deeper.</summary>
    public HashSet<string> TrainingMethods => _trainingMethods.Value;

    /// <summary>The identifiers of a file.</summary>
    public HashSet<string> Of(SyntaxTree tree) => _words.GetOrAdd(tree, Read);

    /// <summary>Whether a file may have anything to do with training: it names a part of TorchSharp, or calls a method of the project that does.</summary>
    public bool MayTrain(SyntaxTree tree) => Of(tree) is var words && (words.Overlaps(Torch) || words.Overlaps(TrainingMethods));

    private static HashSet<string> Read(SyntaxTree tree)
    {
        var words = new HashSet<string>();
        foreach (var token in tree.GetRoot().DescendantTokens())
        {
            if (token.IsKind(SyntaxKind.IdentifierToken))
            {
                words.Add(token.ValueText);
            }
        }

        return words;
    }
}
