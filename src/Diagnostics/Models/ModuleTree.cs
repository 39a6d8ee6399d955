using System.Collections;
using System.Reflection;
using TorchSharp;

namespace TrainingDoctor.Models;

/// <summary>Finds and replaces modules of a model by their paths, in sequences and in fields of custom modules.</summary>
internal static class ModuleTree
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Finds a module.</summary>
    /// <param name="root">The model.</param>
    /// <param name="path">Its path, as in <c>named_modules</c>; empty for the model itself.</param>
    public static torch.nn.Module? Find(torch.nn.Module root, string path)
    {
        if (path.Length == 0)
        {
            return root;
        }

        // Names may hold dots themselves: the longest child's name that fits is tried first.
        foreach (var (name, child) in root.named_children().OrderByDescending(child => child.name.Length))
        {
            if (path == name)
            {
                return child;
            }

            if (path.StartsWith(name + ".", StringComparison.Ordinal) && Find(child, path[(name.Length + 1)..]) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Puts another module in place of one.</summary>
    /// <param name="root">The model.</param>
    /// <param name="path">The path of the module to replace; not empty.</param>
    /// <param name="replacement">What to put there.</param>
    /// <returns>False where the owner cannot hold the replacement: a field of a concrete type, or a module that keeps its children in another way.</returns>
    public static bool Replace(torch.nn.Module root, string path, torch.nn.Module replacement)
    {
        if (Find(root, path) is not { } present || Owner(root, present) is not { } owner)
        {
            return false;
        }

        replacement.train(present.training);
        return owner is TorchSharp.Modules.Sequential ? ReplaceInSequence(owner, present, replacement) : ReplaceInFields(owner, present, replacement);
    }

    private static torch.nn.Module? Owner(torch.nn.Module root, torch.nn.Module child) =>
        new[] { root }.Concat(root.modules()).FirstOrDefault(module => module.children().Any(c => ReferenceEquals(c, child)));

    private static bool ReplaceInSequence(torch.nn.Module sequence, torch.nn.Module present, torch.nn.Module replacement)
    {
        if (typeof(TorchSharp.Modules.Sequential).GetField("_modules", Own)?.GetValue(sequence) is not IList items
            || replacement is not torch.nn.IModule<torch.Tensor, torch.Tensor>)
        {
            return false;
        }

        int index = items.IndexOf(present);
        if (index < 0)
        {
            return false;
        }

        items[index] = replacement;
        return true;
    }

    private static bool ReplaceInFields(torch.nn.Module owner, torch.nn.Module present, torch.nn.Module replacement)
    {
        var fields = new List<FieldInfo>();
        for (var type = owner.GetType(); type is not null && type != typeof(torch.nn.Module); type = type.BaseType)
        {
            fields.AddRange(type.GetFields(Own).Where(field => !field.FieldType.IsValueType && ReferenceEquals(field.GetValue(owner), present)));
        }

        if (fields.Count == 0 || fields.Exists(field => !field.FieldType.IsInstanceOfType(replacement)))
        {
            return false;
        }

        string? name = owner.named_children().Where(child => ReferenceEquals(child.module, present)).Select(child => child.name).FirstOrDefault();
        if (name is null || typeof(torch.nn.Module).GetField("_internal_submodules", Own)?.GetValue(owner) is not IDictionary<string, torch.nn.Module> registered)
        {
            return false;
        }

        fields.ForEach(field => field.SetValue(owner, replacement));
        registered[name] = replacement;
        return true;
    }
}
