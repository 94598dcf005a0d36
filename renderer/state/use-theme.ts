import { useEffect, useState } from 'react';

export type Theme = 'light' | 'dark';
const darkClass = 'pf-v6-theme-dark';
const key = 'airgap-theme';

/** Light or dark: as chosen, otherwise as the desktop has it, also when that changes. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const [wanted] = useState(() => matchMedia('(prefers-color-scheme: dark)'));
  const [system, setSystem] = useState<Theme>(wanted.matches ? 'dark' : 'light');
  const [chosen, setChosen] = useState<Theme | null>(() => {
    const stored = localStorage.getItem(key);
    return stored === 'light' || stored === 'dark' ? stored : null;
  });
  useEffect(() => {
    const listen = () => setSystem(wanted.matches ? 'dark' : 'light');
    wanted.addEventListener('change', listen);
    return () => wanted.removeEventListener('change', listen);
  }, [wanted]);
  const theme = chosen ?? system;
  useEffect(() => {
    document.documentElement.classList.toggle(darkClass, theme === 'dark');
  }, [theme]);
  return [
    theme,
    (next) => {
      localStorage.setItem(key, next);
      setChosen(next);
    },
  ];
}
